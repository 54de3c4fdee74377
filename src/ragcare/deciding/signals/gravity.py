"""What is grave and no matter for a machine: anger, a death, fraud, the law; and what only looks like it."""

from __future__ import annotations

ANGER_LOOKALIKES = """
    NOT LINK? en? colere|angry
    furious 7
    is|was it useless
    RUDE use"""

ANGER_RULES = """
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
    .7 poor|bad|slow ..1 service|support
    .8 you|u guys? ..1 fraud|frauds|nuls"""

BEREAVEMENT_LOOKALIKES = """
    THING ..2 DIED|dead|mort|morte
    assurance|insurance|capital deces|death
    death benefit
    mort de rire"""

BEREAVEMENT_RULES = """
    .9 FAMILY ..4 DIED
    .9 FAMILY ..1 est|sont|is|are|BE ..1 mort|morte|morts|dead
    .9 my|our son ..3 DIED|dead|passed
    .9 lost my|our son
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
    .85 defunt|defunte|bereavement|bereaved|funeral|obseques|deuil"""

FRAUD_LOOKALIKES = """
    can|could|peut SOMEONE else
    service|department ..1 FRAUD
    anti FRAUD
    FRAUD department|line|prevention"""

FRAUD_RULES = """
    .9 MINE ..1 CARD ..4 HACKED
    .9 HACKED ..2 MINE ..1 CARD
    .9 been|got|was ..1 hacked|scammed|phished|defrauded
    .9 ete|fait ..1 arnaque|arnaquer|pirate|piratee|pirater|voler|escroquer
    .9 victim|victime|victimes ..3 FRAUD
    .9 SOMEONE ..4 used|utilise|using|uses|use MINE ..1 CARD
    .85 usurpation d
    .9 FAKE ..2 PAYMENT|sms|mail|email
    .9 PAYMENT|sms|mail|email FAKE
    .85 PAYMENT ..4 NOT ..2 recognise|recognize|reconnais|made|make|autorise
    .85 PAYMENT ..4 reconnais|reconnait pas
    .85 NOT t? ..1 recognise|recognize|reconnais|make|made|authorised|authorized|autorise|fait ..1 PAYMENT
    .85 fraudulent activity"""

LEGAL_LOOKALIKES = "comment|how ..2 porter|deposer plainte"

LEGAL_RULES = """
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
    .8 formal notice"""
