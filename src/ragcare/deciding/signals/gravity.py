"""What is grave and no matter for a machine: anger, a death, fraud, the law; and what only looks like it."""

from __future__ import annotations

LOOKALIKES = {
    "anger": """
        NOT LINK? en? colere|angry
        furious 7
        is|was it useless
        RUDE use
        ANGRY|up ..1 contre|with|at|de|apres moi|myself|meme
        ANGRY|up ..1 contre|with|at|apres MINE FAMILY|son
        i am|m so|really|just|totally|completely? SHAMED
        im so|really|just|totally|completely? SHAMED
        je suis si|trop|vraiment|tellement|completement? SHAMED
        je|on MAY ..2 importe|nimporte quoi
        MAY t? je|on|il ..2 importe|nimporte quoi
        possible de|d ..2 importe|nimporte quoi
        je|j ai? PUT n? importe|nimporte quoi""",
    "distress": """
        mourir|die de|of|from rire|impatience|envie|honte|laughter|laughing|curiosity|chaud|soif
        suicide squad|club|prevention
        prevention LINK? suicide
        wanted|envie to die hard
        bout du rouleau ..1 avec|de ..1 vous|votre|vos|ce|cette|THING
        at|reached|near the? end of my rope|tether ..1 with|by ..1 you|your|this|THING
        go|carry on like this with|without|for|because
        you|u killing me|myself laughing""",
    "bereavement": """
        son|sa|ses FAMILY ..1 DIED
        FAMILY passed the|his|her|their
        FAMILY ..1 perdu|lost|egare|mislaid son|sa|ses|his|her|their !son
        FAMILY BE ..1 late
        THING ..2 DIED|dead|mort|morte
        assurance|insurance|capital deces|death
        death benefit
        mort de rire""",
    "fraud": """
        can|could|will|peut SOMEONE else
        < MESSAGE SCAM >
        service|department ..1 FRAUD
        anti FRAUD
        FRAUD department|line|prevention
        REPORT ..4 SCAM ..1 MESSAGE
        REPORT ..4 MESSAGE SCAM
        <|recu|received|got|get LINK? SCAM ..1 MESSAGE ..2 HOW|where|ou|numero|number ..4 REPORT
        <|recu|received|got|get LINK? MESSAGE SCAM ..2 HOW|where|ou|numero|number ..4 REPORT
        HOW ..3 SPOT ..4 SCAM|FAKE ..1 MESSAGE|PAYMENT
        HOW ..3 SPOT ..4 MESSAGE|PAYMENT SCAM|FAKE
        what is a|an SCAM|FAKE
        what are SCAM|FAKE
        qu est ce qu un|une MESSAGE|PAYMENT SCAM|FAKE
        cover|covers|couvre|protect|protects|protege|against|contre ..3 SCAM|FAKE ..1 MESSAGE|PAYMENT
        cover|covers|couvre|protect|protects|protege|against|contre ..3 MESSAGE|PAYMENT SCAM|FAKE
        be|etre ..1 MOVED""",
    "legal": """
        comment|how ..2 porter|deposer plainte
        salade|salad|huile|oil|mousse ..1 LAWYER
        LAWYER ..1 bio|organic|livraison|delivery
        competent|competente dans|selon les? cgv|cgu|conditions
        mentions legales
        legal notice|age|tender|requirement|requirements|aid|guarantee|warranty""",
    "data_protection": """
        HOW ..6 ERASE
        what|which|que|quel|quelle|quels|quelles ..8 GDPR
        before|avant ..8 ERASE
        < POLITE* HOW|what|when|where|which|who|why|do|does|is|are ..6 a|an|any|your subject access
        < POLITE* HOW|what|when|where|which|who|why|do|does|is|are ..6 a|an|any|your dsar|erasure
        < POLITE* HOW|what|when|where|which|who|why|do|does|is|are ..5 the|a right to|of be? forgotten|erasure
        < POLITE* HOW|quand|ou|que|qu|quel|quelle|quels|quelles|quoi|c|faut ..6 une|la|votre|vos demande d effacement
        < POLITE* HOW|que|qu|quel|quelle|quels|quelles|c ..4 le|du|au|un droit a l oubli|effacement
        le droit a l oubli|effacement ..3 HOW|quoi
        can|could|may|peut SOMEONE ..6 CARD|DATA|file|dossier""",
    "repeated_failure": """
        < POLITE* i mean|meant|ment !it|that|this|you|nothing|still
        < POLITE* pardon|oups|oops|wait|attendez i|je mean|meant|voulais
        je voulais|voulai|voule|veux dire|parler !que|ca|cela
        je parle|parlais|parlai de|du|des|d !ca|cela
        i m|was|am talking about !it|this|that|for""",
    "complaint": """
        HOW ..3 porter|deposer|faire|file|make|lodge plainte|reclamation
        HOW ..4 deposer|faire|formuler|adresser|file|make|lodge|raise|register|submit LINK? COMPLAIN ..2 >
        HOW ..4 deposer|faire|file|make|lodge|raise|register|submit LINK? COMPLAIN et|and ..1 THEN_ASKS
        without|sans|NOT WANT ..2 COMPLAIN""",
}

RULES = {
    "anger": """
        .8 ~THIRD RUDE
        .85 ras|raz le bol
        .85 en? marre
        .85 jen ai ras|marre
        .85 fed up
        .85 sick and tired
        .8 sick|tired of waiting|this|your|you
        .8 waste of ..1 time
        .85 foutez|foutes|moquez|moques
        .8 BE ..1 tres? en colere
        .8 une honte
        .8 vous|vs etes ..1 nul|nuls|nulles|mauvais
        .75 service nul|minable
        .75 horrible|terrible|awful|rubbish ..1 service|support|experience|company
        .75 service|support|company ..3 horrible|terrible|awful|rubbish
        .75 importe quoi
        .75 nimporte quoi
        .8 worst ..1 company|service|experience|ever
        .75 BE|what a joke
        .8 BE|so ..2 angry|furious
        .8 m|im so|very|really|extremely? angry|livid
        .7 poor|bad|slow ..1 service|support
        .8 you|u guys? ..1 fraud|frauds|nuls""",
    "distress": """
        .95 suicide|suicider|suicidal|suicidaire
        .95 me|m tuer|pendre|ouvrir|jeter sous|les|du|par
        .95 me|m tuer|flinguer|buter >|ce|si|ou|et|j|je|tellement|avec|demain|maintenant|aujourd|svp|la
        .95 kill|killing|hang|hanging|harming|hurting|cutting myself
        .95 ENDING ..2 MINE life|vie|jours
        .95 ENDING it all
        .95 mettre|mets|met fin a MINE jours|vie
        .95 take|taking MINE own life
        .95 self harm
        .95 want|wanna|wish|rather|envie|veux|voudrais|prefere|preferais|prefererais|vais ..3 mourir|die|crever
        .95 i were|was dead
        .95 better off dead
        .95 NOT ..2 envie|want|wanna|worth ..1 vivre|live|living|alive
        .95 NOT want|wanna to? be alive|here anymore
        .95 sans|plus raison|gout|envie de vivre
        .95 NOT|aucune ..1 raison|reason|point|sense ..1 vivre|live|living >|anymore|any|for|left|now|and|so|je|et|alors
        .95 isn|isnt|ain|not|hardly ..2 worth living
        .95 la|MINE vie ne? vaut|vaux ..3 peine|coup
        .95 quoi bon vivre|exister >|et|je|comme|alors
        .95 MINE vie n? a|plus ..2 sens >|et|je|sans|alors
        .95 done|tired|sick with|of MINE? life|living >|and|so|anymore|now
        .95 marre|fatigue|fatiguee|lasse de vivre >|et|je|alors
        .95 pense|penser|songe|songer|envisage a|d en finir >|et|je|ce|demain
        .95 envie d en finir
        .95 veux|veu|jveux|jveu|voudrais|vais|besoin d? en finir >|je|aidez|aide|adieu
        .95 veux|veu|jveux|jveu|voudrais|vais|besoin d? en finir ce soir
        .95 en finir avec tout|moi >
        .95 en finir avec la|ma|tout|moi|cette vie >
        .95 en finir avec la|ma|cette vie
        .95 avale|swallowed|avaler ..4 cachets|comprimes|pills|medocs|somniferes|medicaments|tablets
        .95 pris|prends|took|taken ..2 trop|tous|toutes|all|many ..3 cachets|comprimes|pills|medocs|somniferes|tablets
        .95 took|taken|an|fait|une overdose
        .9 je|j|suis|on ..2 au bout du rouleau
        .9 at|reached|near the? end of my rope|tether
        .95 < POLITE* honestly|really? i just|really|simply|honestly? can t|not go|carry on >
        .95 < POLITE* honestly|really? i just|really|simply|honestly? cant|cannot go|carry on >
        .95 i ..1 can t|not go|carry on living|anymore|with|any|like ..1 life|longer|more|this|>
        .95 i ..1 cant|cannot go|carry on living|anymore|with|any|like ..1 life|longer|more|this|>
        .95 plus ..2 force de vivre|continuer >|et|je|comme|alors
        .95 foutre en l air
        .95 cut|slit|cutting|coupe|ouvert|ouvrir|couper my|les|mes wrists|wrist|veines|veins|poignets
        .95 me|m faire du mal
        .95 sauter|saute|jump|jumping|jeter off|from|out|under|du|par|de|sous|dans ..3 pont|bridge|toit|roof
        .95 sauter|saute|jump|jumping|jeter off|from|out|du|par|de ..3 fenetre|window
        .95 sauter|saute|jump|jumping|jeter off|from|under|du|sous|dans ..2 train|metro|balcon|balcony|vide
        .9 me|m|nous frappe|bat|tabasse|viole|etrangle >|et|tous|toutes|devant|depuis|avec|souvent
        .9 FAMILY|ex ..2 me|m frappe|bat|tabasse|viole
        .9 FAMILY|ex ..3 beats|hits|beating|hitting|raped|rapes|strangled me|us
        .9 menace|menaces|threatens|threatening|threatened de|to ..2 tuer|mort|kill
        .9 violences conjugales|domestic abuse|violence
        .9 peur|fear|scared|afraid ..3 MINE vie|life""",
    "bereavement": """
        .9 FAMILY ..4 DIED
        .9 FAMILY ..1 est|sont|is|are|BE ..1 mort|morte|morts|dead
        .9 my|our son ..3 DIED|dead|passed
        .9 lost my|our son
        .9 viens|vient|vien|venons ..1 perdre MINE FAMILY !s
        .9 buried|enterre|enterrer|inhume MINE FAMILY
        .9 FAMILY ..3 plus de ce monde
        .9 FAMILY ..2 no longer with us >|and|since|so|anymore
        .9 MINE FAMILY passed last|recently|yesterday
        .9 MINE FAMILY passed on !his|her|the|their|a|to|my|it|all
        .9 FAMILY ..3 passed away
        .9 FAMILY ..2 BE|has|have|had ..1 passed >|last|in|on|recently
        .9 vient|venons de deceder
        .9 nous a|ont quitte|quittes
        .9 perdu|lost MINE FAMILY !s
        .9 deces|death|loss ..3 FAMILY
        .85 suite au deces
        .85 late|defunt|defunte ..1 husband|wife|FAMILY !for|to|with
        .8 passed away
        .85 suis|m|am a? veuf|veuve|widow|widower
        .85 MINE FAMILY s? funeral !plan|plans|cover|insurance|policy|director|home
        .85 i|je|j ..4 to|attend|aller|assister|aux ..1 funeral|obseques|enterrement
        .85 funeral|obseques ..1 today|tomorrow|demain|aujourd|monday|tuesday|wednesday|thursday|friday|saturday
        .85 funeral|obseques ..1 lundi|mardi|mercredi|jeudi|vendredi|samedi
        .85 obseques|enterrement|funerailles de|d MINE FAMILY
        .85 suis|sommes|am|are|re|m en|in|un? plein? deuil|mourning|bereaved|grieving
        .85 defunt|defunte|bereaved
        .85 bereavement !leave|day|days|benefit|benefits|allowance|payment|payments|policy|group|groups|support""",
    "fraud": """
        .9 MINE ..1 CARD ..4 HACKED
        .9 HACKED ..2 MINE ..1 CARD
        .9 been|got|was ..1 hacked|scammed|phished|defrauded
        .9 ete|fait ..1 arnaque|arnaquer|pirate|piratee|pirater|escroquer
        .9 fait ..1 voler !LINK
        .9 voler MINE|le|l|tout ..1 money|savings|argent|economies|identite|sous
        .9 victim|victime|victimes ..3 FRAUD
        .85 FRAUD on|sur MINE ..1 CARD
        .9 SOMEONE ..4 used|utilise|using|uses|use MINE ..1 CARD
        .85 usurpation d
        .9 FAKE ..2 PAYMENT|sms|mail|email
        .9 PAYMENT|sms|mail|email FAKE
        .85 PAYMENT ..4 NOT ..2 recognise|recognize|reconnais|made|make|autorise
        .85 PAYMENT ..4 reconnais|reconnait pas
        .85 NOT t? ..1 recognise|recognize|reconnais|make|made|authorised|authorized|autorise|fait ..1 PAYMENT
        .85 fraudulent activity
        .9 SCAM ..1 MESSAGE ..6 CLICKED
        .9 CLICKED ..4 SCAM
        .9 CLICKED ..6 GAVE MINE|the|le|les ..2 SECRET
        .9 MINE ..1 CARD ..3 been|was|were|got|ete|retrouve|retrouvee EMPTIED
        .9 fait vider|siphonner MINE|le ..1 CARD
        .9 a|ont|has|they|SOMEONE EMPTIED MINE|le ..2 CARD
        .9 MINE money|savings|argent|economies ..3 stolen|vole|volees
        .9 stole|stolen|vole all|tout|toutes? MINE money|savings|argent|economies
        .85 money|savings|argent|economies ..3 vanished|disappeared|disparu from|de MINE ..1 CARD
        .9 SIM ..3 MOVED ..6 without|sans ..3 CONSENT
        .9 MOVED MINE ..1 SIM ..6 without|sans ..3 CONSENT
        .9 SIM ..3 MOVED ..5 mon insu
        .9 MOVED MINE ..1 SIM ..5 mon insu
        .9 SOMEONE|hacker|hackers|pirate|pirates|escroc ..3 MOVED MINE ..1 SIM
        .9 SOMEONE|hacker|hackers ..3 took over MINE ..1 SIM|CARD
        .9 victim|victime ..4 swap
        .9 been|got sim swapped
        .9 SOMEONE ..3 ORDERED ..7 with|avec|on|sur|from|using|in|depuis|a MINE ..1 CARD|name|nom|line|ligne
        .9 SOMEONE ..3 paid|paye ..7 with|avec|using MINE ..1 CARD
        .85 ORDERED|PAYMENT|order|orders|contract|contrat ..9 ce|c n? est|etait pas moi !qui
        .85 ORDERED|PAYMENT|order|orders|contract|contrat ..9 it|that|this wasn|wasnt t? me !who
        .85 ORDERED|PAYMENT|order|orders|contract|contrat ..9 it|that|this was|is|s not me !who
        .85 pas moi qui ai ORDERED|fait|paye
        .9 SOMEONE ..3 ORDERED|took|taken|pris|signed|signe ..5 en|a|in|under MINE name|nom !de
        .9 ORDERED|opened|taken|souscrite|ouverte|signed ..3 in|under|with|a|en MINE name|nom|identity ..8 NOT
        .9 ORDERED|opened|taken|souscrite|ouverte|signed ..3 with|avec MINE papers|papiers ..8 NOT
        .9 SOMEONE|person|personne ..2 passer pour moi
        .9 SOMEONE ..2 pretending|pretends|impersonating ..2 me
        .9 MINE CARD|points ..4 a mon insu
        .9 MINE CARD|points ..4 behind my back
        .9 me|m ..2 fait arnaquer|escroquer|rouler|entuber|pieger
        .9 i|ive|ve|got|been|was|were|am ..1 ripped off
        .9 i|ive|ve|got|been|was ..1 conned|scammed|swindled|duped
        .9 on ..2 vider MINE ..1 CARD
        .9 SOMEONE ..1 EMPTIED MINE ..1 CARD
        .9 MINE balance|solde|savings|livret ..4 EMPTIED
        .85 NOT reconnais|recognise|recognize ..3 PAYMENT|order|orders|commande|commandes
        .85 PAYMENT|orders|order|commande|commandes ..3 i ..3 never ..1 made|placed|authorised|authorized
        .85 PAYMENT|orders|order|commande|commandes ..3 je ..3 jamais ..1 passe|passees|passee|faits|fait|faites
        .85 i|je ..2 never|jamais made|placed|passe|fait that|this|cette|ce ..1 PAYMENT|order|commande
        .85 wasn|wasnt|not t? me who ORDERED|made|paid""",
    "complaint": """
        .9 WANT|going|would|vais|viens|souhaiterais ..5 COMPLAIN !box|form|formulaire
        .9 file|filing|raise|raising|lodge|make|making|register|submit ..2 complaint|grievance
        .9 deposer|depose|deposons|faire|fais|formuler|adresser une reclamation
        .9 me|nous plaindre
        .9 < POLITE* COMPLAIN POLITE* >""",
    "legal": """
        .9 porter|porte|portons|depose|deposer ..1 plainte
        .9 MINE|un|a|the LAWYER ..3 will|vous|va|says|contactera|contact|prendra
        .9 MINE solicitor|lawyer|lawyers|attorney
        .9 nouvelles de MINE LAWYER
        .85 prends|prendre|prendrai un avocat
        .9 saisis|saisir|saisirai ..2 mediateur|tribunal|justice|prudhommes
        .85 au tribunal
        .9 mise en demeure
        .9 poursuivre|poursuivrai|attaquer|action|aller|vais ..2 en justice
        .9 poursuites judiciaires
        .8 que choisir
        .85 dgccrf|cnil|signalconso|ombudsman
        .85 trading standards
        .85 small claims
        .9 GOING sue
        .9 legal|court action|proceedings
        .9 you ..1 to|in court
        .9 GOING|filing|file ..2 lawsuit
        .8 formal notice""",
    "data_protection": """
        .9 ERASE ..1 all|every|toutes|tous|everything ..2 MINE ..2 DATA
        .9 ERASE MINE PERSONAL? DATA PERSONAL? ..1 from|de|des your|ur|vos|votre|tes
        .9 ERASE MINE DATA PERSONAL
        .9 ERASE me|moi from|de your|ur|vos|votre|everywhere|partout
        .9 you|u|vous|vs ERASE ..1 MINE ..2 DATA|PERSONAL
        .9 i|je ..5 erasure|effacement|rectification of|de ..3 DATA
        .9 MINE|i ..4 right|rights to|of be? forgotten|erasure
        .9 MINE|i|j|je ..3 droit|droits a l oubli|effacement
        .85 < POLITE* right to be? forgotten|erasure
        .85 < POLITE* droit a l oubli|effacement
        .85 invoque|invoquer|reclame|demande|applique|appliquez|valoir LINK? droit a l oubli|effacement
        .9 subject access request
        .9 dsar
        .85 erasure request
        .85 demande d effacement
        .85 demande|request ..2 acces|access a|to MINE PERSONAL? data|donnees !mobile|mobiles|usage
        .85 article 15|16|17|18|21 ..3 GDPR
        .85 GDPR ..1 article 15|16|17|18|21
        .9 exercise|exercising|exercer|exerce MINE ..1 right|rights|droit|droits !de vote
        .9 exercer|exerce MINE? ..1 droit|droits d acces|opposition|effacement|rectification
        .85 i|me|MINE|je|j ..9 under|conformement|titre|selon|comme|as ..2 GDPR
        .85 under|conformement|titre|selon|comme|as ..2 GDPR ..2 i|MINE|je|j
        .85 GDPR ..1 request|demande
        .85 withdraw|retire|revoke|take|takes back? MINE consent|consentement
        .85 you|u|vous|vs ..12 data breach
        .85 you|vous ..2 GIVENAWAY ..1 MINE ..2 DATA|address|adresse|number|numero ..1 to|a|au ..2 STRANGER
        .9 stop|arretez|arreter|cessez ..2 selling|sharing|vendre|revendre|partager ..1 MINE ..1 DATA
        .85 sold|vendu|revendu MINE ..1 DATA|number|numero
        .85 you|u|vous hold|holds|have|avez|detenez|possedez ..1 about|on|sur me|moi !for
        .85 another|autre CUSTOMER|person|personne|user|utilisateur s? ..2 CARD|DATA|file|dossier|statement|releve""",
}
