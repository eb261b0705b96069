"""The business customers: fifty firms, each as four people wrote it, some nearly namesakes."""

from __future__ import annotations

from dataclasses import dataclass

from scheda.sample.names import items


@dataclass(frozen=True)
class Firm:
    """One firm: the spellings found in the sources and, for most, its VAT number.

    number      what tells it from the others, from 1 on
    is_renamed  two of the spellings are its name before a merger: only the VAT number tells
    """

    number: int
    spellings: tuple[str, ...]
    domain: str
    vat_number: str | None = None
    is_renamed: bool = False

    @property
    def name(self) -> str:
        """As it is called, the first of the spellings."""
        return self.spellings[0]


def vat_number(company: int, province: str = "015") -> str:
    """A valid Italian VAT number. Seven digits from 9,900,000 on: offices count from 1 in every
    province and none has come near, so it belongs to nobody."""
    body = f"{9_900_000 + company}{province}"
    total = 0
    for place, digit in enumerate(body):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return f"{body}{-total % 10}"


# One firm a line: its domain, a mark, its spellings. The mark: = the VAT number is known, ~ it is
# known and the firm was renamed, - it is not. {vat} is the number inside the name.
# Neighbours that must stay apart: Rossi (two legal forms), Aurora Arredi and Aurora Arredamenti,
# the two firms that Mobili Cattaneo was split into, Valle and Valli, Galli and Gallo, and so on.
_FIRMS = items("""
officinebrambilla = Officine Brambilla S.r.l.; Officine Brambilla SRL; OFFICINE BRAMBILLA srl; Officine Brambilla s.r.l. in liquidazione
brambillaefigli = Officine Brambilla & Figli S.n.c.; Officine Brambilla e Figli snc; OFFICINE BRAMBILLA & FIGLI SNC; Officine Brambilla & Figli s.n.c.
hotelbelvedere = Hotel Belvedere S.n.c.; HOTEL BELVEDERE SNC; Hotel Belvedere snc di Riva & C.; Hotel Belvedere
hotelbellavista - Hotel Bellavista S.n.c.; Hotel Bellavista SNC; HOTEL BELLAVISTA; hotel bellavista s.n.c.
rossisrl = Rossi S.r.l.; ROSSI SRL; Rossi s.r.l.; Rossi Società a responsabilità limitata
rossispa = Rossi S.p.A.; ROSSI SPA; Rossi s.p.a.; Rossi Società per Azioni
auroraarredi - Aurora Arredi S.r.l.; Aurora Arredi srl; AURORA ARREDI S.R.L.; Aurora Arredi
auroraarredamenti - Aurora Arredamenti S.r.l.; Aurora Arredamenti SRL; AURORA ARREDAMENTI; aurora arredamenti s.r.l.
arredilago = Arredi Lago S.p.A.; ARREDI LAGO SPA; Arredi Lago spa; Arredi Lago
trattoriadelporto - Trattoria del Porto S.a.s.; Trattoria del Porto SAS; TRATTORIA DEL PORTO s.a.s. di Serra A.; Trattoria del Porto
trattoriaalporto - Trattoria al Porto S.a.s.; TRATTORIA AL PORTO SAS; Trattoria al Porto sas; Trattoria al Porto
studioferretti - Studio Ferretti; STUDIO FERRETTI; studio ferretti; Studio Ferretti - Studio Associato
ferrettibianchi = Studio Ferretti Bianchi; STUDIO FERRETTI BIANCHI; Studio Ferretti-Bianchi; Studio Ferretti & Bianchi
tessituravalle = Tessitura Valle S.r.l.; Tessitura Valle Srl; TESSITURA VALLE SRL; Tessitura Valle società a r.l.
tessituravalli = Tessitura Valli S.r.l.; Tessitura Valli SRL; TESSITURA VALLI S.R.L.; Tessitura Valli s.r.l. unipersonale
lequerce - Agriturismo Le Querce Soc. Agr.; AGRITURISMO LE QUERCE S.S.A.; Agriturismo Le Querce soc.agr.; Agriturismo Le Querce Società Agricola
ilsole = Cooperativa Il Sole Soc. Coop.; COOPERATIVA IL SOLE S.C.; Cooperativa Il Sole Società Cooperativa; Cooperativa Il Sole soc.coop.
mobilicattaneo = Mobili Cattaneo S.r.l.; MOBILI CATTANEO S.R.L.; Mobili Cattaneo srl unipersonale; Mobili Cattaneo SRL
cattaneogroup = Mobili Cattaneo S.p.A.; MOBILI CATTANEO SPA; Mobili Cattaneo s.p.a.; Mobili Cattaneo Società per Azioni
caffecentrale = Caffè Centrale S.n.c.; Caffe Centrale SNC; CAFFE' CENTRALE s.n.c.; Caffè Centrale snc di Gallo M. & C.
enotecamonti = Enoteca Monti S.r.l.s.; ENOTECA MONTI SRLS; Enoteca Monti srls; Enoteca Monti S.r.l.s. - P.IVA {vat}
ristorantiriuniti = Ristoranti Riuniti S.p.A.; RISTORANTI RIUNITI S.P.A.; Ristoranti Riuniti Spa; Ristoranti Riuniti
edilnord = Edil Nord S.r.l.; EDIL NORD SRL; Edil-Nord s.r.l.; Edil. Nord srl
edilnova = Edil Nova S.r.l.; EDIL NOVA SRL; Edil Nova s.r.l.; Edil-Nova Srl
fratelligalli = Fratelli Galli S.n.c.; F.lli Galli snc; FRATELLI GALLI S.N.C.; Flli Galli s.n.c.
fratelligallo = Fratelli Gallo S.n.c.; F.lli Gallo SNC; FRATELLI GALLO SNC; Fratelli Gallo snc
farmaciasanmarco = Farmacia San Marco; FARMACIA SAN MARCO; Farmacia S. Marco; Farmacia San Marco S.a.s.
autofficinagreco = Autofficina Greco; AUTOFFICINA GRECO; Autofficina Greco di Greco Luigi; Autofficina GRECO
colliallicantina = Cantina Colli Alti S.c.a.r.l.; CANTINA COLLI ALTI SCARL; Cantina Colli Alti Soc. Coop. a r.l.; Cantina Colli Alti
panificiomoretti - Panificio Moretti S.n.c.; PANIFICIO MORETTI SNC; Panificio Moretti; panificio moretti s.n.c.
gioielleriaconti = Gioielleria Conti S.r.l.; GIOIELLERIA CONTI SRL; Gioielleria Conti (srl); Gioielleria Conti s.r.l.
webermoebel = Weber Möbel GmbH; WEBER MÖBEL GMBH; Weber Moebel GmbH; Weber Möbel G.m.b.H.
duboisfreres - Dubois Frères SARL; DUBOIS FRERES SARL; Dubois Frères S.A.R.L.; Dubois Freres sarl
smithandsons - Smith & Sons Ltd; SMITH & SONS LTD.; Smith and Sons Limited; Smith & Sons Limited
gruposol - Grupo Sol S.L.; GRUPO SOL SL; Grupo Sol s.l.; Grupo Sol
jansenbv - Jansen Tulpen B.V.; JANSEN TULPEN BV; Jansen Tulpen b.v.; Jansen Tulpen
lombardiprint ~ Lombardi Digital Print S.r.l.; LOMBARDI DIGITAL PRINT SRL; Tipografia Lombardi S.r.l.; TIPOGRAFIA LOMBARDI SRL
verdecarbone ~ Verde Carbone Garden S.r.l.; Verde Carbone Garden srl; Vivai Carbone S.a.s.; VIVAI CARBONE SAS
nuovaminerva ~ Libreria Minerva S.r.l.; LIBRERIA MINERVA SRL; Libreria Minevra srl; Libreria Mineva S.r.l.
ceramichefaenza = Ceramiche d'Arte S.r.l.; CERAMICHE D'ARTE SRL; Ceramiche D’Arte s.r.l.; Ceramiche d' Arte srl
immobiliareriva = Immobiliare Riva S.p.A.; IMMOBILIARE RIVA SPA; Immobiliare Riva s.p.a.; Immobiliare Riva
immobiliarerivalta = Immobiliare Rivalta S.p.A.; IMMOBILIARE RIVALTA SPA; Immobiliare Rivalta; Immobiliare Rivalta s.p.a.
puntoevirgola = Cartoleria Punto e Virgola S.n.c.; Cartoleria Punto & Virgola SNC; CARTOLERIA PUNTO E VIRGOLA; Cartoleria Punto e Virgola s.n.c.
otticaromano - Ottica Romano S.r.l.; OTTICA ROMANO SRL; Ottica Romano; ottica romano s.r.l.
otticaromana - Ottica Romana S.r.l.; OTTICA ROMANA SRL; Ottica Romana s.r.l.; Ottica Romana
pasticceriafiore = Pasticceria Fiore S.a.s.; PASTICCERIA FIORE SAS; Pasticceria Fiore di Fiore Anna & C. s.a.s.; Pasticceria Fiore
nauticaserra - Nautica Serra S.r.l.; NAUTICA SERRA S.R.L.; Nautica Serra srl; Nautica Serra - S.r.l.
birrificioalto = Birrificio del Borgo Alto S.r.l.; BIRRIFICIO DEL BORGO ALTO SRL; Birrificio del Borgo Alto S.r.l. (P.IVA {vat}); Birrificio del Borgo Alto
teatronuovo = Teatro Nuovo Soc. Coop. Soc.; TEATRO NUOVO SOC. COOP. SOCIALE; Teatro Nuovo Società Cooperativa Sociale; Teatro Nuovo
trasportivento - Trasporti Vento S.r.l.; TRASPORTI VENTO SRL; Trasporti Vento S.R.L.; Trasporti Vento Srl a socio unico
""")  # noqa: E501


def _firm(number: int, line: str) -> Firm:
    domain, mark, spellings = line.split(" ", 2)
    vat = None if mark == "-" else vat_number(number)
    return Firm(
        number=number,
        spellings=tuple(said.strip().replace("{vat}", vat or "") for said in spellings.split(";")),
        domain=f"{domain}.example",
        vat_number=vat,
        is_renamed=mark == "~",
    )


FIRMS = tuple(_firm(number, line) for number, line in enumerate(_FIRMS, start=1))
