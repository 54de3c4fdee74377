"""What people write short in a text message, and the words that it stands for. Folded; French and English apart.

Only what stands for one thing: "cb" is how many to some and a bank card to others, "no" a number or a no.
"""

from __future__ import annotations

from typing import Final


def _pairs(text: str) -> dict[str, str]:
    pairs = (line.split(":") for line in text.strip().splitlines())
    return {short: long.strip() for shorts, long in pairs for short in shorts.split()}


_FRENCH: Final = """
    slt: salut
    bjr bonj: bonjour
    bsr: bonsoir
    svp stp siouplait: s'il vous plaît
    mrc: merci
    pk pq pkoi pourkoi pourkwa prq: pourquoi
    koi kwa qoi: quoi
    ki: qui
    ke: que
    kel kels: quel
    kelle kelles: quelle
    kan kand qd qand: quand
    komen coman coment cmt cmmt commen: comment
    cbn cmb cmbn combi1 combi combiain conbien: combien
    jvx jveu jveux jvoudrai jvoudrais: je voudrais
    jsuis chui chuis jsui: je suis
    jsais jsai chais chai: je sais
    jme: je me
    jpeu jpeux jpe: je peux
    jdois jdoi: je dois
    jfais jfai: je fais
    jarrive: j'arrive
    jai: j'ai
    jaimerai jaimerais: j'aimerais
    cest: c'est
    cetait: c'était
    dun: d'un
    sil: s'il
    quil: qu'il
    quils: qu'ils
    nest: n'est
    nai: n'ai
    yapa: il n'y a pas
    spasse spass: se passe
    ds: dans
    avk avek: avec
    pr: pour
    ms: mais
    mm mem: même
    ns nou: nous
    vou: vous
    mn: mon
    tt: tout
    ts: tous
    tte: toute
    ttes: toutes
    tjs tjrs tjr toujour: toujours
    jms: jamais
    bcp bcq boku: beaucoup
    tro: trop
    tps tmps tems: temps
    lgtps lgtmps longtps: longtemps
    qqch qqc qch: quelque chose
    qqn qq1 qlq1 qlqun qqun: quelqu'un
    qq qlq: quelque
    qqs: quelques
    chak: chaque
    fo: faut
    foi: fois
    pa: pas
    ojd auj ajd aujd aujourdhui aujourdui: aujourd'hui
    2m1 2main dm1 demin: demain
    ier: hier
    rdv rendezvous: rendez-vous
    msg: message
    nro: numéro
    pb pbm prob prblm: problème
    pbs: problèmes
    mdp mdpasse: mot de passe
    abo abonmt: abonnement
    appli: application
    applis: applications
    dispo: disponible
    rembt rbt: remboursement
    cmd: commande
    dc: donc
    dac dacc: d'accord
    vrmt vrm: vraiment
    mtn mnt mtnt maintnant: maintenant
    nvo nvx: nouveau
    nvl nvelle: nouvelle
"""

_ENGLISH: Final = """
    hiya: hi
    thx thnx thanx tnx: thanks
    pls plz plse pleez: please
    u: you
    ur: your
    r: are
    ya: you
    im: i'm
    ive: i've
    dont: don't
    cant: can't
    wont: won't
    doesnt: doesn't
    didnt: didn't
    isnt: isn't
    wasnt: wasn't
    havent: haven't
    whats wats: what's
    wheres: where's
    hows: how's
    wat wot wht: what
    wen whn: when
    wer wher: where
    wich wch: which
    hw: how
    hv hav: have
    wiv wth: with
    w8: wait
    teh: the
    dere ther: there
    dem: them
    n nd: and
    bc bcz bcos coz cuz: because
    aftr: after
    gr8: great
    l8: late
    l8r: later
    2day tday: today
    2moro 2morow 2morrow tmrw tmr tomoz tmrow: tomorrow
    2nite 2night tonite: tonight
    yday: yesterday
    abt: about
    frm: from
    wud: would
    shud: should
    cud: could
    wanna: want to
    gonna: going to
    gotta: have to
    gimme: give me
    lemme: let me
    dunno: do not know
    kno: know
    knw: know
    hlp: help
    wrk: work
    wrks: works
    wrking: working
    chk: check
    txt: text
    txts: texts
    fwd: forward
    msg: message
    msgs: messages
    pic: picture
    pics: pictures
    fone: phone
    fones: phones
    mob: mobile
    acct accnt: account
    pw pwd passwd: password
    addy: address
    appt: appointment
    asap: as soon as possible
    mins: minutes
    hrs: hours
    wk: week
    wks: weeks
    mth mnth: month
    mths mnths: months
    yr: year
    yrs: years
    ppl peeps: people
    sum1 some1: someone
    any1: anyone
    ne1: anyone
    every1: everyone
    no1: no one
    smth sth: something
    nething: anything
    nuthin nothin: nothing
    tho: though
    thru: through
    til: until
    mch: much
    mny: many
    gd: good
    luv: love
    ure: you're
    recieve recv: receive
"""

SHORTHAND: Final = {"fr": _pairs(_FRENCH), "en": _pairs(_ENGLISH)}
"""What each short form stands for, by language."""
