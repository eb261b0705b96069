"""Words of streets: kinds of ways, and what a name is compared without."""

from __future__ import annotations

from scheda.values.casing import listed

#: Kinds of Italian ways, and how they are shortened. A shortening matches with or without points.
WAYS = {
    "Via": "v via",
    "Viale": "vle viale vial",
    "Vicolo": "vlo vic vicolo",
    "Vico": "vico",
    "Piazza": "pza pzza pzz piazza",
    "Piazzale": "ple pzle pzzle pzale piazzale",
    "Piazzetta": "ptta pzzetta pzetta piazzetta",
    "Largo": "lgo largo",
    "Corso": "cso corso",
    "Strada": "str sda strada strad",
    "Stradone": "stradone",
    "Strada Statale": "ss stradastatale strstatale statale",
    "Strada Provinciale": "sp stradaprovinciale strprovinciale strprov provinciale",
    "Strada Comunale": "stradacomunale strcomunale",
    "Strada Vicinale": "stradavicinale",
    "Contrada": "cda ctr contr contrada cont",
    "Località": "loc localita",
    "Frazione": "fraz frz frazione fr",
    "Borgo": "bgo borgo",
    "Borgata": "borgata bta",
    "Galleria": "gall galleria",
    "Lungomare": "lmare lungomare lungom",
    "Lungotevere": "ltevere lgtevere lungotevere lungot",
    "Lungarno": "larno lungarno",
    "Lungo": "lungo",
    "Salita": "sal salita",
    "Discesa": "discesa",
    "Traversa": "trav tr traversa",
    "Circonvallazione": "circne circonv circonvne circonvallazione cne",
    "Regione": "reg regione",
    "Rione": "rione",
    "Villaggio": "vill villaggio",
    "Zona Industriale": "zi zonaind zonaindustriale",
    "Zona Artigianale": "za zonaartigianale",
    "Cascina": "cna cascina casc",
    "Calle": "calle",
    "Campo": "campo",
    "Campiello": "campiello",
    "Fondamenta": "fondamenta fta",
    "Sestiere": "sestiere",
    "Ronco": "ronco",
    "Parco": "parco",
    "Quartiere": "qre quartiere quart",
    "Residenza": "residenza res",
    "Scalinata": "scalinata",
    "Passaggio": "passaggio pass",
    "Passeggiata": "passeggiata",
    "Prolungamento": "prolungamento prol",
    "Rotonda": "rotonda",
    "Alzaia": "alzaia",
    "Ripa": "ripa",
    "Bastioni": "bastioni",
    "Foro": "foro",
    "Androna": "androna",
    "Svincolo": "svincolo",
}
#: Shortenings that are also words or somebody's initial: they need their point.
NEED_POINT = listed(
    "v tr fr res pass reg sal za zi ss sp cont loc str vic vill prol cne casc quart gall"
)

#: People whose first name the street sign has and letters leave out.
EPONYMS = listed(
    "garibaldi mazzini cavour marconi verdi alighieri manzoni leopardi matteotti gramsci carducci"
    " pascoli foscolo volta galilei colombo vespucci rossini puccini bellini donizetti petrarca"
    " boccaccio tasso ariosto michelangelo raffaello bixio battisti diaz kennedy moro pertini"
    " gasperi einaudi turati buozzi amendola gobetti pasteur fermi marx lenin dannunzio pirandello"
    " deledda montessori curie machiavelli vivaldi toscanini caruso giotto tiziano bernini"
    " cadorna pellico crispi giolitti togliatti berlinguer falcone borsellino"
)
#: Titles of people, left out of a key.
TITLES = listed(
    "gen generale cap capitano col colonnello card cardinale mons monsignor monsignore don padre"
    " prof professor dott dottor avv avvocato ing cav cavaliere on onorevole sen senatore ten"
    " tenente magg maggiore amm ammiraglio mar maresciallo"
)
#: Small words, left out of a key.
SMALL = listed("di del dello della dei degli delle dell d de da dal dalla al alla all in a ai l")
#: Words of a key that have several spellings.
SPELLED = {
    "flli": "fratelli", "primo": "1", "due": "2", "quattro": "4", "otto": "8",
    "venti": "20", "ventiquattro": "24", "venticinque": "25", "secondo": "2", "terzo": "3",
    "1o": "1", "s": "san", "ss": "san", "sta": "san", "sto": "san", "santi": "san",
    "mille": "1000", "alighieri": "dante", "sant": "san", "santo": "san", "santa": "san",
}  # fmt: skip

#: Kinds of ways abroad, as words of their own and as the end of a word.
WAYS_ABROAD = listed(
    "street st road rd avenue ave av lane ln drive dr square sq place pl court ct boulevard bd blvd"
    " bld rue allee quai chemin impasse route calle c carrer plaza placa paseo avenida avda ulica"
    " ul strasse str platz weg gasse straat laan plein gracht rua praca largo via viale piazza"
    " vej gade gata gatan vagen katu tie utca ut strada bulevardul"
)
