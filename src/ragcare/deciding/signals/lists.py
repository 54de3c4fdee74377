"""The words that rules speak of, in lists: French and English side by side, and how people misspell them."""

from __future__ import annotations

LISTS = {
    "TALK": """
        parler parle parles parlez parlais discuter discute entretenir causer echanger echange dialoguer
        converser chatter tchatter tchater speak spk talk tlk talkin chat discuss converse""",
    "CAN": """
        can could may might cn cud cld possible peux peut puis pourrais pourrait pourriez pouvez peu pe jpeu
        jpeux jpe""",
    "SPEAKING": "speaking talking chatting",
    "REACH": """
        joindre joinre joidre jondre contacter contacte contactez contact
        reach call appeler telephoner phone rejoindre ring""",
    "CALLBACK": """
        rappeler rappele rappelle rappelez rappeller rappel rapel recontacter recontactez recontacte""",
    "TRANSFER": """
        transfer transferer transferez transfere transferes passez passe passer pass connect conect put hand
        direct redirect redirigez rediriger dirigez diriger route forward refer orientez orienter basculez
        basculer""",
    "RELATION": "relation contact",
    "MEMBER": "member membre",
    "CALLED": "called phoned contacted",
    "LINK": """
        w av ac avk avc a an the to with wit wiht wiv 1 2 un une une des de d du l le la les au aux avec vos
        votre ton tes your ur one any some of my mon ma mes vers ce cet cette this that on onto over through
        en in for pour autre another other""",
    "SELF": "me moi us nous m",
    "WANT": """
        want wants wanna need needs veux veu veut voudrais voudrai voudrait souhaite souhaiterais souhaiterai
        desire jve jvoudrai jaimerai wnt wana wanna exige besoin aimerais aimerai aimerions prefere
        prefererais prefer like demand require request jveux jveu jvoudrais give giv gimme get donnez donne
        faut trouvez send bring mettez mets envoyez appelez demande reclame rather""",
    "REAL": """
        real live actual vrai vraie reel reelle physique competent competente humain humaine human proper
        flesh senior""",
    "SOMEONE": """
        someone somebody quelqu quelquun qqn qqun qq1 kelkun kelqun anyone anybody smone sumone sum1 any1
        kelk1 kk1 qlq1 quelq1 some1 som1""",
    "HUMAN": "human humans humain humaine humains humin humian personne persone person people gens",
    "STAFF": """
        agent agents advisor advisors adviser conseiller conseillers conseillere conseille consiller
        conseler teleconseiller representative representatives represantative rep reps operator operators
        operateur operatrice manager managers supervisor superviser superviseur responsable superieur chef
        boss executive collaborateur collaborateurs collegue collegues colleague colleagues employe employee
        employees technicien techniciens technician technicians
        interlocuteur interlocutrice commercial gestionnaire specialist
        specialiste expert""",
    "TRADE": """
        bibliothecaire bibliothecaires librarian librarians pharmacien pharmacienne pharmaciens pharmacist
        pharmacists juriste juristes lawyer lawyers solicitor avocat avocate infirmier infirmiere infirmieres
        nurse nurses medecin medecins doctor docteur psychologue psychologist comptable comptables accountant
        accountants archiviste archivist formateur formatrice trainer animateur animatrice coach instructeur
        instructrice instructor enseignant teacher professeur directeur directrice director gerant gerante
        patron patronne engineer engineers ingenieur informaticien informaticienne assessor adjuster handler
        officer clerk registrar underwriter banquier banquiere banker vendeur vendeuse vendeurs salesperson
        secretaire secretary receptionist receptionniste opticien opticienne optician dieteticien
        dieteticienne dietitian courtier courtiere broker inspecteur inspectrice inspector mediateur
        mediatrice mediator coordinateur coordinatrice coordinator worker assistante maire mayor
        planner caseworker""",
    "DESK": "sav hotline helpdesk",
    "CARE": "service services servic servis servise servce care support desk center centre line team equipe",
    "DEPARTMENT": "service services departement department departments dept support equipe team",
    "CUSTOMER": """
        customer customers costumer coustmer custumer custmer consumer cliant client clients clientele call
        help support""",
    "BOT": """
        bot bots robot robots robo robos chatbot machine machines automate automates ia ai ordinateur computer
        repondeur""",
    "NOT": """
        not no dont don doesn didn haven never pas plus jamais sans without pa ni nor stop stopper arretez
        arreter""",
    "FEDUP": "marre assez tired sick fed raz ras stop enough hate deteste useless inutile",
    "POLITE": """
        bonjour hello hi hey salut please pls plz svp stp merci thanks thx vite now maintenant urgent s il
        te vous plait quick right asap just oui yes non no ok mais but so alors sorry""",
    "NUMBER": "number numero num no tel telephone phone numbers nb numeros",
    "PHONE": "phone telephone tel ligne line fil",
    "BE": "is are est sont suis es etes am was were",
    "HAVE": "ai as avons avez ont had have has having avoir",
    "THIRD": """
        immobilier estate travel cleaning securite entretien livraison delivery virtual virtuel public
        publics job poste account code error""",
    "ANSWER": """
        appeler appelle repondre reponde aider aide rappeler rappelle rappele recontacter recontacte
        regarder expliquer contacter help assist answer look check explain call contact reply""",
    "WHO": "who whom",
    "FAMILY": """
        mari epoux epouse femme conjoint conjointe compagnon compagne mere pere maman papa fils fille frere
        soeur parents grand mamie papi oncle tante cousin ami titulaire husband wife partner spouse mother
        father mum mom dad daughter brother sister uncle aunt grandmother grandfather grandma grandpa nan
        parent friend holder owner""",
    "DIED": "decede decedee decedes deceder died dead deceased disparu",
    "THING": """
        telephone phone batterie battery box line ligne ordinateur laptop computer screen ecran card carte
        device portable keys cles chat dog""",
    "HACKED": """
        hacked pirate piratee piratait stolen stole vole volee volees volait escroque usurpe usurpee
        compromised hijacked phished scammed defrauded arnaquer arnaque arnaquee pirater voler escroquer
        cloned""",
    "FRAUD": """
        fraude arnaque escroquerie phishing hamecconage hameconnage usurpation fraud scam theft piratage
        identity""",
    "FAKE": "frauduleux frauduleuse frauduleuses fraudulent unauthorised unauthorized",
    "PAYMENT": """
        achat achats paiement paiements prelevement prelevements debit transaction transactions payment
        payments purchase purchases charge charges virement operation operations activity withdrawal retrait""",
    "MINE": "my mon ma mes our notre nos",
    "CARD": "card cards carte cartes account compte comptes wallet identity identite bank bancaire details",
    "GOING": "will going gonna vais allons shall ll would may might dois veux must j je i",
    "LAWYER": "avocat avocats lawyer lawyers solicitor solicitors attorney huissier",
    "RUDE": """
        pathetic useless unacceptable inadmissible inacceptable honteux honteuse scandaleux scandaleuse
        lamentable intolerable deplorable ridicule ridiculous disgusting disgusted disgrace disgraceful
        outrageous appalling incapables furieux furieuse furious nuls wtf fuck fucking bullshit merde putain
        bordel voleurs escrocs arnaqueurs thieves scammers shameful""",
    "TELL": """
        expliquer explique exposer expose raconter raconte detailler decrire explain explaining describe
        describing""",
    "ARRANGE": """
        book booking arrange schedule set fix want need get have possible obtenir avoir prendre convenir fixer
        reserver planifier caler organiser""",
    "MAY": """
        peux peut puis pouvais pouvait pourrais pourrait dois doit devais devrais devrait faut fallait faudrait
        veux voudrais vais va""",
    "PUT": """
        mets mis tape saisis saisi ecris ecrit entre rentre choisis choisi prends pris reponds repondu clique""",
    "MEETING": "appointment rdv rendez entretien appel call meeting",
    "LOOK": """
        look check read review handle sort explain jeter lire verifier voir etudier examiner traiter gerer
        regarder take have""",
    "HANDON": "transmettre transmettez transmets transmet remonter remontez forward pass send escalate",
    "CASE": "request demande case cas question dossier message file this that ca cela it tout all",
    "GADGET": """
        telephone phone phones portable mobile smartphone iphone tel cellulaire tablette tablet laptop
        ordinateur computer velo bike valise suitcase colis parcel""",
    "COMFORT": "comfortable easier happier reassured aise rassure rassuree tranquille",
    "ANGRY": "furieux furieuse furious angry mad colere livid enrage enragee rage marre",
    "SHAMED": "useless pathetic ridiculous ridicule lamentable disgrace incapable nul nulle",
    "MESSAGE": """
        sms text texts texto textos mail mails email emails courriel courriels message messages appel appels
        call calls link lien liens links site sites""",
    "SCAM": """
        frauduleux frauduleuse frauduleuses fraudulent scam scams phishing hameconnage suspect suspects
        suspicious""",
    "REPORT": """
        transferer forward signaler report denoncer bloquer block envoyer send declarer faire suivre redirect
        filtrer filter""",
    "SPOT": """
        reconnaitre reperer detecter identifier distinguer eviter recognise recognize spot detect identify
        avoid""",
    "HOW": "comment how apprendre learn",
    "CLICKED": "clicked clique repondu answered replied",
    "GAVE": "gave given entered typed donne saisi rentre communique fourni",
    "SECRET": "code codes pin password passe details numero number coordonnees identifiants card carte",
    "EMPTIED": "emptied drained wiped siphoned vide videe vides videes siphonne siphonnee siphonnes",
    "SIM": "number numero numeros line lines ligne lignes sim esim",
    "MOVED": """
        moved ported transferred switched swapped changed activated hijacked cloned porte portee transfere
        transferee bascule basculee change changee active activee duplique dupliquee detourne detournee""",
    "CONSENT": """
        consent permission accord consentement autorisation authorisation authorization approval knowledge
        knowing asking demander demande prevenir sache insu""",
    "ORDERED": """
        commande achete souscrit ouvert retire depense emprunte ordered bought opened withdrew withdrawn
        spent borrowed took""",
    "ERASE": """
        delete erase remove purge wipe rectify supprimer supprimez supprimiez effacer effacez effaciez efface
        purger purgez retirer retirez enlever enlevez rectifier rectifiez""",
    "DATA": "data donnees informations information infos info details coordonnees",
    "PERSONAL": "personal perso persos personnelles personnelle personnels",
    "GDPR": "gdpr rgpd cnil",
    "GIVENAWAY": "gave given sent disclosed leaked donne transmis divulgue communique",
    "STRANGER": "stranger strangers inconnu inconnus ex tiers third",
    "THEN_ASKS": "how when where quand ou combien quel quelle quels quelles",
    "COMPLAIN": "complain complaining complaint complaints reclamation reclamations plaindre plains",
    "ENDING": "end ending ended finish finishing finir mettre mettrai",
    # Words of their own, however near they are to one that rules speak of.
    "UNRELATED": """
        form fiat puls responsible poser peser peuple export exports exert menager menagere menage emploie
        simone persona persan perler parlor palais college colleges manages manger specialise specialite
        humane discs transfers tried propre varie voter noter quiet linge asie meter
        crates ordre ordres entre enter entrer entree serve serves""",
}
