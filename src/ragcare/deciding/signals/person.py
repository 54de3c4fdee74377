"""How customers ask for a person, and what only looks like it."""

from __future__ import annotations

LOOKALIKES = """
    does|cost|costs|coute|combien ..3 call|calling|appel|appeler to|vers|au|a|LINK? LINK? CUSTOMER CARE
    does|cost|costs|coute|combien ..3 call|calling|appel|appeler to|vers|au|a|LINK? LINK? CARE client|clients|clientele
    CAN i|on|je? send|envoyer SOMEONE
    pay|payer|paying|regler|order|commander ..2 by|par|over LINK? PHONE
    CAN i ring|phone|fone|call you|u ..1 from
    NOT WANT ..1 NOT? to? TALK ..2 STAFF|HUMAN|SOMEONE
    NOT ..1 WANT ..1 TALK ..2 STAFF|HUMAN|SOMEONE
    WANT NOT TALK ..2 STAFF|HUMAN|SOMEONE
    NOT need|besoin ..2 STAFF|HUMAN|SOMEONE
    without|sans ..1 TALK|speaking|talking|contacting|calling|contacter|passer|REACH ..3 STAFF|HUMAN|SOMEONE|CARE
    HAVE|deja|already deja|already|bien? parle|contacte|discute|appele ..3 STAFF|HUMAN|SOMEONE|CARE
    HAVE parle|contacte|discute|appele ..3 STAFF|HUMAN|SOMEONE|CARE
    HAVE eu|had LINK* STAFF|SOMEONE ..3 PHONE
    BE NOT LINK? BOT
    become|becoming|devenir|be|etre|as|comme LINK? STAFF
    ~i|we|to do|does|will|would|must|should|shall i|we|you|he|she !do ..1 need LINK* STAFF|SOMEONE|HUMAN
    ~i|we|to do|does|will|would|must|should|shall i|we|you|he|she !do ..1 have to have LINK* STAFF|SOMEONE|HUMAN
    do|does|will|would SOMEONE|STAFF need|have to
    must SOMEONE be
    ai|aurai|aurais|avons|aurons|avez|t je|nous|vous|on ..1 besoin LINK* STAFF|SOMEONE|HUMAN
    est ce que? qu? j|je|nous|on|l|vous ai|aurai|avons|a|aura|aurons|avez ..1 besoin LINK* STAFF|SOMEONE|HUMAN
    faut|faudra|faudrait t? il ..1 avoir? LINK* STAFF|SOMEONE|HUMAN
    est ce qu il me|nous? faut|faudra|faudrait ..1 LINK* STAFF|SOMEONE|HUMAN
    dois|devons|doit|devrais|devra je|nous|on avoir LINK* STAFF|SOMEONE|HUMAN
    HOW ..4 TRANSFER a|un|des|les|incoming? call|calls|appel|appels ..1 to|a|vers LINK* STAFF|SOMEONE|HUMAN
    CAN i|we|je|on|nous TRANSFER a|un|des|les|incoming? call|calls|appel|appels ..1 to|a|vers LINK* STAFF|SOMEONE|HUMAN
    le|la|les|l STAFF ..1 peut|peuvent|pourrait|pourra|va|doit ..5 avant de|d|son|sa|qu passer|venir|arriver|passage|il
    can|could|will|would|does|should the STAFF ..1 call|phone|ring|contact ..2 before ..1 coming|arriving|come|comes
    REACH SOMEONE un? qui|who ..1 est|is|vit|lives
    REACH SOMEONE un? a|depuis l etranger
    REACH SOMEONE un? en ..1 europe|amerique|asie|afrique|belgique|suisse|espagne|italie|allemagne|angleterre
    REACH SOMEONE un? en|au|aux ..1 france|algerie|tunisie|maroc|senegal|portugal|luxembourg|canada|royaume|etats|usa
    REACH SOMEONE abroad|overseas
    REACH SOMEONE in|from ..1 europe|america|asia|africa|belgium|switzerland|spain|italy|germany|england|france
    REACH SOMEONE in|from ..1 algeria|tunisia|morocco|senegal|portugal|luxembourg|canada|ireland|scotland|uk|usa
    combien ..1 coute|coutent|facture|facturent|prend|prennent|demande LINK* STAFF
    prix|tarif|tarifs|cout|frais d|de|du|des un|une? STAFF
    HOW much ..2 LINK* STAFF ..2 cost|costs|charge|charges
    HOW much ..1 for LINK* STAFF
    price|cost|fee of|for LINK* STAFF
    human readable|resources|error|rights|body
    ressources humaines
    corps|cerveau|visage humain
    CAN i|we bring|take|invite LINK* person|SOMEONE
    emmener|amener|inviter LINK* personne|SOMEONE
    password|file|task|package|download manager
    talk time
    STAFF m a|ont CALLBACK|appele|contacte|repondu|explique
    no need to ..1 call|ring|CALLBACK
    inutile|peine de me|nous CALLBACK
    BE you|vous|tu ..2 BOT|HUMAN|STAFF
    es|etes tu|vous ..2 BOT|HUMAN
    BE i|we TALK|speaking|talking ..4 BOT|HUMAN|STAFF
    BE ce que je TALK ..2 BOT|HUMAN|STAFF
    like LINK? real HUMAN
    looks|look|feels|seems like
    estate|travel|cleaning|virtual|delivery|ai agent|agents
    agent|agents de? immobilier|securite|entretien|virtuel|public|livraison
    my|mon ancien? operateur|operator|boss|manager|employeur|responsable|chef|collegue|colleague
    TALK ..2 anglais|french|english|german|francais
    should|must|dois|doit|devons|devrais|devrait|faut ..3 TALK ..3 TRADE
    do|does i|we|you need|have to? TALK ..3 TRADE
    TALK ..1 my|our|his|her|their|mon|ma|mes|son|sa|ses|notre|nos|leur ..1 TRADE
    TELL ..5 SOMEONE|STAFF|human un? how|comment|what|why|pourquoi
    WANT NOT ..6 vive voix
    NOT envie? ..2 vive voix
    WANT NOT qu|que LINK* STAFF|SOMEONE|human|humain ..2 ANSWER|CALLBACK|contacte|telephone"""

RULES = """
    .97 TALK ..6 STAFF|SOMEONE|DESK
    .97 TALK ..3 human|humans|humain|humaine|humin|humian|humna
    .95 TALK LINK* REAL? LINK? HUMAN !en
    .95 TALK ..5 CUSTOMER CARE
    .95 TALK ..5 CARE client|clients|clientele
    .9 TALK ..6 REAL HUMAN|STAFF
    .9 REAL HUMAN|STAFF|SOMEONE
    .9 HUMAN|STAFF reelle|physique|humain|humaine
    .9 WANT|CAN ..3 TALK ..4 TRADE
    .9 SELF in? touch with ..2 TRADE
    .9 mettre|mettez ..2 RELATION ..3 TRADE
    .9 be|get|etre mis|mise|put ..1 RELATION|touch ..3 TRADE
    .85 un|une|a|an|one|any TRADE ..3 me|m|us|nous CALLBACK
    .85 a|an|one|any TRADE ..2 ring|call|phone me|us
    .85 be|get CALLED|rung back? by ..2 TRADE
    .9 HUMAN en chair
    .9 etre humain
    .9 WANT ..3 TELL ..7 SOMEONE|STAFF|human|humain
    .9 WANT|can|could ..3 TELL ..8 member|membre ..2 staff|team|equipe
    .9 WANT ..8 vive voix
    .9 vive voix avec|a LINK? SOMEONE|STAFF|human|humain
    .9 i|id|d|would|feel|je|serais|me ..4 COMFORT ..6 with|avec|to SOMEONE|STAFF|human !else
    .9 i|id|d|would|feel|je|serais|me ..4 COMFORT ..6 with|avec|to LINK REAL? STAFF|human|humain|person
    .9 go|going|walk|walking|run|running|work|working over|through ..4 with LINK? REAL? SOMEONE|STAFF|human|person
    .9 WANT ..2 voir|revoir|regler|sort|settle|review|resolve ..4 avec|with LINK? REAL? SOMEONE|STAFF|human|humain
    .95 WANT SELF? LINK* REAL? STAFF|DESK !THIRD
    .95 WANT SELF? LINK* REAL? SOMEONE !access|s|a|an|my|else|d
    .95 WANT SELF? LINK* human|humain|humans|humna !THIRD
    .9 WANT SELF? LINK* person|personne|persone >|POLITE
    .9 WANT SELF? LINK* CUSTOMER CARE
    .9 WANT SELF? LINK* CARE client|clients|clientele
    .9 WANT to? see|voir|rencontrer|meet LINK* STAFF
    .8 WANT ..2 voir avec ..1 STAFF
    .95 ~le|l|la|quand|qui|heure TRANSFER SELF? LINK* REAL? human|humain
    .95 TRANSFER to|vers LINK* REAL? STAFF|DESK
    .95 WANT ..2 TRANSFER|transfered LINK* REAL? STAFF|SOMEONE|HUMAN
    .95 SELF TRANSFER LINK* REAL? STAFF|DESK|SOMEONE|HUMAN
    .95 TRANSFER SELF LINK* CUSTOMER CARE
    .95 TRANSFER SELF LINK* CARE client|clients|clientele
    .9 touch with LINK* REAL? STAFF|DESK|SOMEONE|HUMAN
    .95 TRANSFER SELF LINK* REAL? STAFF|DESK|SOMEONE|HUMAN
    .95 mis|mise|mettre|mettez ..2 RELATION ..2 STAFF|HUMAN|SOMEONE|CARE|DESK
    .95 mis|mise|mettre|mettez ..2 RELATION LINK* REAL? STAFF|HUMAN|SOMEONE|CARE|DESK
    .95 SELF TRANSFER LINK* CUSTOMER CARE
    .95 SELF TRANSFER LINK* CARE client|clients|clientele
    .95 put me|us through|thru|trough|threw
    .9 affaire|deal|traiter ..3 CARE client|clients|clientele
    .9 affaire|deal|dealing ..2 CUSTOMER CARE
    .9 avoir|have|get|be|etre ..2 PHONE LINK* REAL? STAFF|SOMEONE|HUMAN
    .9 be|get CALLED|rung back? by LINK* REAL? STAFF|SOMEONE|HUMAN|DESK
    .9 be|get CALLED|rung back? by LINK* CUSTOMER CARE
    .9 WANT|REACH|TRANSFER|TALK|RELATION|touch|PHONE ..6 MEMBER ..3 staff|team|equipe|personnel
    .9 WANT|REACH|TRANSFER|TALK|RELATION|PHONE ..4 HUMAN competent|competente|qualifie|qualifiee|qualified
    .9 REACH LINK* human|humain|humin|humian !resources
    .9 WANT ..2 TELL ..6 CARE client|clients|clientele
    .9 WANT ..2 TELL ..6 CUSTOMER CARE
    .9 WANT ..2 TELL ..6 HUMAN competent|competente|qualifie|qualifiee|qualified
    .9 touch with LINK* CUSTOMER CARE
    .9 touch with LINK* CARE client|clients|clientele
    .9 i be CALLED|rung back
    .9 me|us CALLED|rung back
    .95 mise en relation
    .9 REACH LINK* STAFF|DESK !THIRD
    .9 joindre|contacter|reach|contact SOMEONE|vous !d|else
    .85 REACH LINK* CUSTOMER CARE
    .85 REACH LINK* CARE client|clients|clientele
    .85 REACH LINK* support|sav >
    .85 vous joindre|contacter|appeler|telephoner
    .85 how ..3 reach|contact|call you
    .8 CUSTOMER CARE NUMBER
    .8 NUMBER ..2 CARE client|clients|clientele
    .9 call|ring|phone|fone me >|POLITE|at|on|when|about|in|today|tomorrow|2moro|tmrw|bak|bk
    .9 ~you call me back
    .9 need ..1 call back
    .9 rappelez|recontactez moi
    .9 veuillez|merci de? me|m|nous contacter|appeler|telephoner !madame|monsieur|par
    .9 veuillez|merci de? me|m|nous contacter|appeler|telephoner par telephone|tel
    .9 please|pls|plz|kindly contact me
    .9 WANT qu|que LINK* REAL? STAFF|SOMEONE|human|humain|personne un? me|m|nous contacte|appelle|telephone|CALLBACK
    .9 reparler ..4 STAFF|SOMEONE|human|humain
    .9 WANT ..2 reparler|parler a|avec un|une autre !jour|moment|sujet|endroit|fois|membre
    .9 WANT to? TALK to|with LINK? another|other|different one|>|POLITE
    .9 passez|passe m|moi en un
    .9 WANT ..2 help|assistance|support|aide|answer|reply from|d|de|par LINK* REAL? STAFF|human|humain !resources|THIRD
    .9 WANT ..2 help|assistance|support|answer|reply from SOMEONE !else|s|in|d
    .9 TRANSFER me|us|moi|nous LINK* support|helpdesk|hotline|sav !page|pages|site|forum|portal|article|articles|de
    .9 me|m|etre|nous CALLBACK
    .9 WANT qu on me CALLBACK
    .9 SOMEONE|team|STAFF ..3 CALLBACK|call|contact me|us|back|>
    .85 STAFF|SOMEONE|human|humain|personne ..1 peut|pourrait|puisse|could|can|pour ..2 ANSWER
    .85 qu|que LINK STAFF|SOMEONE|human|humain|personne ..2 ANSWER
    .85 vraie personne|interlocuteur ..2 ANSWER
    .9 appel|call d|de|from|with|by LINK* STAFF|human|humain|SOMEONE !d
    .9 faites|faire moi|me CALLBACK
    .9 qu on m|me|nous ANSWER
    .85 any ..1 humans|agents|people ..1 here|there|available
    .85 ya|yatil SOMEONE
    .85 SOMEONE ..1 peut|pourrait ..2 CALLBACK|aider|repondre
    .7 can|could SOMEONE ..1 help|assist|answer
    .7 SOMEONE pr|pour ..2 aider|repondre|CALLBACK|parler
    .85 BE|ther|there SOMEONE ..1 there|here|available
    .85 BE ther|there|here SOMEONE
    .85 a t il|y SOMEONE !d
    .85 y a quelqu
    .85 STAFF|SOMEONE|human ..3 available|avail|disponible|dispo|libre
    .85 STAFF|human free >|POLITE
    .9 SOMEONE ..3 TALK
    .85 WHO ..3 TALK|speak
    .85 qui ..2 parler
    .9 avoir|have|get LINK* REAL? STAFF|SOMEONE|human|humain|person|personne ..3 PHONE
    .9 affaire|deal|traiter ..4 STAFF|SOMEONE|HUMAN
    .9 NOT ..3 TALK ..3 BOT
    .9 FEDUP ..4 BOT
    .9 NOT LINK* more? BOT
    .9 human|humain|humaine help|aide|assistance|support|contact|touch
    .9 contact|aide|assistance|support humain|humaine
    .9 rendez|rdv|appointment|meeting ..3 STAFF
    .85 escalate|escaladez|escalader|escalade
    .85 handoff
    .8 WANT ..2 to? TALK >
    .8 live chat
    .8 live ..1 TALK
    .8 human ..1 answer
    .9 STAFF|SOMEONE|human|person i|we|je ..2 TALK
    .75 transfer|connect|transferez me|moi >
    .8 un|une|a|an REAL? STAFF|human|humain POLITE* >
    .9 CAN ..3 avoir|have|get LINK* REAL? STAFF|human|humain !THIRD
    .9 peut|pouvez|peux|pourrait|pourriez|faut m|me|nous appeler|telephoner|rappeler|joindre
    .85 WANT|get|have|possible|a callback
    .85 SOMEONE there|here|online|home
    .9 hold of LINK* REAL? HUMAN|STAFF|SOMEONE
    .9 TALK ..3 member|membre ..2 staff|team|equipe
    .85 out|exit|leave|past|bypass|skip|sortir|quitter|contourner ..2 BOT !check|test|captcha|verification
    .75 NUMBER ..1 to|ou|where ..1 REACH
    .8 over the phone
    .75 where|when ..2 i call you
    .75 your|ur contact|phone|ph NUMBER
    .75 WANT your|ur|the contact? NUMBER
    .75 toll free NUMBER
    .85 WANT|get|have|possible|obtenir|avoir ..2 PHONE|telephonique|tel appointment|rdv
    .85 WANT|get|have|possible|obtenir|avoir ..2 appointment|rdv|vous by|par? PHONE|telephonique|tel
    .85 SOMEONE|person|STAFF ring|call me|us back
    .85 ring me|us back
    .85 WANT to be contacted|called|phoned|rung
    .85 who|qui can|could|peut ..2 deal|dealing ..1 with this|it
    .85 passez|passe la main
    .85 hand me|us over
    .85 STAFF ..2 take|takes|taking over
    .85 STAFF|SOMEONE|humain ..2 reprendre|reprenne ..1 conversation|discussion|main|chat
    .85 BOT ..3 REAL STAFF|vendeur|vendeuse|salesperson|conseiller
    .85 REAL vendeur|vendeuse|salesperson
    .85 word with LINK* STAFF|SOMEONE|HUMAN|management
    .85 TALK with|avec|to|a LINK? direction|management >|POLITE|at|de|of
    .85 WANT ..2 MINE ..6 by|par LINK* REAL? STAFF|SOMEONE|HUMAN
    .85 arrive ..2 REACH personne
    .85 can|cant t? REACH SOMEONE at? !else
    .85 minutes au|on|par the|le? telephone|phone|tel
    .75 get in touch >|POLITE
    .75 get in touch with you|u|your|ur
    .7 no one ..1 answering|picking|replying
    .6 < talk|chat|contact|parler >
    .9 TALK|SPEAKING|voir|see LINK* superior|superiors >|POLITE
    .9 insist|insisting|prefer|rather|like|keen|mind ..2 SPEAKING LINK* REAL? STAFF|HUMAN|SOMEONE
    .85 SELF TRANSFER LINK* DEPARTMENT
    .85 TRANSFER SELF LINK* ..1 DEPARTMENT !page|pages|site|forum|portal|article|articles|plan
    .9 mettre|mettez|metre|mets|mis|mise ..1 rapport|communication avec|avc !LINK|bluetooth|wifi
    .9 mettre|mettez|metre|mets|mis|mise ..1 ligne|rapport|communication avec|avc LINK* STAFF|SOMEONE|responsable
    .85 ARRANGE ..2 PHONE appointment|meeting|consultation
    .85 book|booking|arrange|schedule LINK* PHONE call
    .85 ARRANGE ..2 MEETING|vous LINK? tel|telephonique
    .85 CAN|would a|an|one|any LINK* REAL? STAFF|human ..1 LOOK
    .85 un|une|1 REAL? STAFF|humain|humaine|human peut|pourrait|pouvait|puisse|peu ..3 LOOK
    .85 ~BE SOMEONE LINK* real|reel|reelle
    .85 NUMBER ..4 SOMEONE|STAFF|human LINK* picks|answers|decroche|repond
    .85 SOMEONE|human|humain behind|derriere this|here|that|the|cette|ce|ca|l|le|les|ou|or
    .85 WANT ..2 entendre|hear LINK* REAL? voix|voice
    .85 y a SOMEONE !d|s
    .85 nobody|one|personne to|a|avec qui? TALK
    .85 helped|assisted|aide|aidee|assiste by|par LINK* REAL? STAFF|SOMEONE|human|humain|person|personne !else
    .85 put LINK* STAFF|SOMEONE|human on >|POLITE
    .85 TRANSFER SELF ..4 STAFF|SOMEONE|human|humain !else|d
    .85 STAFF|personne|person ..4 be|serait|is|est free|libre|dispo >|POLITE
    .85 CAN|SOMEONE|on|vs|vous mapel|mapele|mapeler|mapelez|mrapel|mrapele|mrapeler
    .85 tomber sur LINK* REAL? STAFF|human|humain|SOMEONE
    .85 TALK|SPEAKING ..1 than|que|plutot ..2 type|typing|write|writing|ecrire|taper
    .85 TALK ..3 above|dessus ..1 you|u|vous
    .9 me|nous faire CALLBACK|telephoner
    .85 < POLITE* CALLBACK moi
    .85 pour|comment|koman|coment ..3 vous|vs|vou appele
    .85 bring|fetch|loop|involve|venir|intervenir in? LINK* REAL? STAFF|human
    .85 HANDON ..2 CASE ..1 to|a|au|aux|vers LINK* REAL? conseiller|conseillers|conseillere|agent|adviser|advisor
    .85 HANDON ..2 CASE ..1 to|a|au|aux|vers LINK* REAL? human|humain|responsable|manager|superviseur|supervisor
    .8 prefer|rather|prefere|prefererais|mieux ..4 by|par|over LINK? PHONE >|POLITE
    .8 CAN i ring|phone|fone you|u
    .9 < POLITE* LINK* REAL? STAFF|human|humain|humna|humian|SOMEONE REAL? POLITE* >
    .85 < POLITE* CUSTOMER CARE POLITE* >
    .85 < POLITE* CARE client|clients|clientele POLITE* >
    .85 <|POLITE|bots human|humain|humans POLITE|>"""

ACCEPTED = """
    .85 < POLITE* oui|yes|ok|okay|yeah|yep|yup|ouais|volontiers|daccord|accord|sure|absolument|absolutely|definitely
    .85 < POLITE* d accord
    .85 < POLITE* avec|with plaisir|pleasure
    .85 < POLITE* bien sur
    .85 < POLITE* biensur
    .85 < POLITE* of course
    .85 < POLITE* go ahead
    .85 < POLITE* please do
    .85 < POLITE* tout a fait
    .85 < POLITE* je veux|voudrais bien
    .85 < POLITE* j aimerais bien
    .85 < POLITE* pourquoi|why pas|not >
    .85 < POLITE* that|it would|d be great|good|nice|lovely|perfect|helpful|ideal|fantastic
    .85 < POLITE* that|it sounds great|good|nice|lovely|perfect
    .85 < POLITE* ce serait|sera super|bien|parfait|gentil|genial
    .85 < POLITE* i would|do POLITE* >
    .85 < POLITE* please|pls|plz|svp|stp POLITE* >
    .85 < POLITE* s il vous|te plait POLITE* >"""
"""Yes, to an assistant that has just offered a person; whatever follows, but for a question and what declines."""

DECLINED = """
    .9 no !problem|problems|worries
    .9 non|nope|jamais|never|without|sans|ni|nor|rien|nothing|aucun|aucune|don|dont|doesn|didn|haven|won
    .9 ~why not
    .9 ~pourquoi pas !de
    .9 pas de !souci|soucis|probleme|problemes
    .9 plus !vite|tot|rapidement|rapide
    .9 stop|stopper|arretez|arreter|inutile|useless|trouve|found|compris|understood|myself|nevermind
    .9 moi|toi meme
    .9 laissez|laisse tomber
    .9 forget it|that
    .9 never mind
    .9 au revoir
    .9 bye|goodbye
    .9 first|abord|combien
    .9 comment|how|quel|quelle|quels|quelles
    .9 what is|s|are|does|do|about"""
"""What makes no acceptance of it: a refusal, a question first."""

REPEATED = """
    .8 deja demande|dit|ecrit
    .8 already asked|said|told|requested
    .8 i|have asked|said
    .8 encore une fois
    .8 third|second time"""
"""What is asked again without being named."""
