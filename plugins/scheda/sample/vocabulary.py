"""What the sample company is made of: names, places, firms and products. All of it is invented;
the towns, postal codes and provinces are real, so that addresses look as they do in Italy."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from scheda.sample.names import items


@dataclass(frozen=True)
class Place:
    """A town with its postal code and province (a canton or state abroad)."""

    city: str
    postal_code: str
    province: str
    country: str = "IT"


@dataclass(frozen=True)
class Product:
    """One article of the catalogue; price in euro, VAT included. vat is 0.22, 0.10 … or 0."""

    sku: str
    title: str
    category: str
    price: Decimal
    vat: Decimal = Decimal("0.22")


_TOWNS = items("""
Milano 20131 MI|Milano 20145 MI|Milano 20121 MI|Sesto San Giovanni 20099 MI|Monza 20900 MB
Bergamo 24121 BG|Brescia 25121 BS|Como 22100 CO|Varese 21100 VA|Pavia 27100 PV
Torino 10121 TO|Torino 10139 TO|Cuneo 12100 CN|Novara 28100 NO|Asti 14100 AT
Genova 16121 GE|Savona 17100 SV|La Spezia 19121 SP|Venezia 30121 VE|Padova 35121 PD
Verona 37121 VR|Vicenza 36100 VI|Bassano del Grappa 36061 VI|Treviso 31100 TV
Trento 38121 TN|Bolzano 39100 BZ|Udine 33100 UD|Trieste 34121 TS|Bologna 40121 BO
Modena 41121 MO|Carpi 41012 MO|Parma 43121 PR|Reggio Emilia 42121 RE|Ferrara 44121 FE
Ravenna 48121 RA|Faenza 48018 RA|Rimini 47921 RN|Firenze 50121 FI|Empoli 50053 FI
Pisa 56121 PI|Lucca 55100 LU|Siena 53100 SI|Arezzo 52100 AR|Prato 59100 PO
Perugia 06121 PG|Terni 05100 TR|Ancona 60121 AN|Pesaro 61121 PU|Roma 00184 RM
Roma 00153 RM|Latina 04100 LT|L'Aquila 67100 AQ|Pescara 65121 PE|Napoli 80121 NA
Salerno 84121 SA|Caserta 81100 CE|Bari 70121 BA|Lecce 73100 LE|Foggia 71121 FG
Potenza 85100 PZ|Matera 75100 MT|Cosenza 87100 CS|Palermo 90121 PA|Catania 95121 CT
Messina 98121 ME|Cagliari 09121 CA|Sassari 07100 SS
""")
TOWNS = [Place(*town.rsplit(" ", 2)) for town in _TOWNS]
ABROAD = {
    "CHF": (Place("Lugano", "6900", "TI", "CH"), Place("Zürich", "8001", "ZH", "CH")),
    "GBP": (Place("London", "N1 9GU", "", "GB"), Place("Bristol", "BS1 4ST", "", "GB")),
    "USD": (Place("New York", "10001", "NY", "US"), Place("Boston", "02108", "MA", "US")),
}
STREETS = items("""
Via Garibaldi|Via Mazzini|Corso Italia|Via Dante|Via Roma|Viale Europa
Piazza del Mercato|Via dei Mille|Via San Martino|Via della Libertà|Corso Matteotti
Via Verdi|Via del Carmine|Strada Vecchia|Via delle Rose|Vicolo Stretto|Largo Leopardi
Via XX Settembre|Via Manzoni|Viale dei Tigli
""")

#: Mail providers that nobody can own: every domain is reserved for documentation.
MAIL_DOMAINS = ("example.com", "example.org", "example.net", "posta.example", "webmail.example")
OWNERS = ("Elisa Vanni", "Carlo Pozzi", "Teresa Lodi", "Bruno Astori")
SOURCES = ("Sito web", "Fiera Milano", "Passaparola", "Campagna Natale", "Negozio", "Social")
CHANNELS = ("Online", "Negozio", "Telefono", "Evento")


def _catalogue() -> tuple[Product, ...]:
    lines = {
        "Cucina": "Tagliere in ulivo:34|Set coltelli:119|Pentola in ghisa:89|Moka 3 tazze:29|"
        "Grembiule in lino:39|Servizio caffè:64|Macina pepe:24",
        "Tessile": "Plaid in lana:79|Cuscino ricamato:32|Tovaglia in lino:95|"
        "Lenzuola matrimoniali:129|Asciugamani (set 4):45|Tenda in cotone:58",
        "Abbigliamento": "Camicia in lino:74|Maglione merino:98|Sciarpa in cashmere:110|"
        "Abito estivo:85|Giacca da lavoro:145|Calze (3 paia):18",
        "Accessori": "Borsa in pelle:165|Portafoglio:55|Cintura:48|Ombrello:36|Zaino in tela:92",
        "Casa": "Lampada da tavolo:120|Candela alla cera d'api:19|Vaso in ceramica:42|"
        "Specchio tondo:88|Diffusore:27|Orologio da parete:61|Tavolino:210",
        "Bellezza": "Sapone all'olio:9|Crema mani:16|Olio per il corpo:28|Set viaggio:35",
    }
    found: list[Product] = []
    for category, text in lines.items():
        for number, item in enumerate(text.split("|"), start=1):
            title, price = item.rsplit(":", 1)
            sku = f"{category[:3].upper()}-{number:03d}"
            found.append(Product(sku, title, category, Decimal(price) - Decimal("0.10")))
    return tuple(found)


PRODUCTS = _catalogue()
BOOK = Product("LIB-001", "Libro: la casa di una volta", "Casa", Decimal("22.00"), Decimal("0.04"))
GIFT_CARD = Product("GIFT-050", "Buono regalo", "Buoni regalo", Decimal("50.00"), Decimal("0"))
