"""The names of the sample company's people, and the forms in which the same name is said."""

from __future__ import annotations


def items(text: str) -> list[str]:
    """The items of a list written with bars and line ends."""
    return [item.strip() for line in text.splitlines() for item in line.split("|") if item.strip()]


WOMEN = items("""
Giulia|Sofia|Martina|Chiara|Francesca|Alessia|Elena|Sara|Beatrice|Aurora|Ginevra
Camilla|Paola|Silvia|Laura|Roberta|Federica|Valentina|Caterina|Noemi|Ilaria|Marta
Eleonora|Lucia|Anna|Irene|Debora|Nicoletta|Gaia|Viola|Giuseppina|Elisabetta|Alessandra
Antonella|Margherita|Maddalena|Rosaria|Cristina|Daniela|Patrizia|Emanuela|Gabriella
Concetta|Teresa|Simona|Barbara|Monica|Raffaella|Stefania|Angela|Anna Maria|Maria Grazia
Lucrezia|Carlotta|Vittoria|Agnese
""")
MEN = items("""
Marco|Luca|Andrea|Matteo|Lorenzo|Davide|Alessandro|Simone|Francesco|Gabriele
Riccardo|Stefano|Paolo|Giovanni|Antonio|Fabio|Emanuele|Tommaso|Pietro|Nicolò|Edoardo
Giorgio|Michele|Roberto|Salvatore|Filippo|Enrico|Vincenzo|Dario|Claudio|Giuseppe|Luigi
Domenico|Raffaele|Mario|Carlo|Alberto|Daniele|Massimo|Maurizio|Giacomo|Leonardo|Federico
Sergio|Angelo|Bruno|Gianluca|Pier Paolo|Ettore|Umberto|Mattia|Christian|Samuele|Diego
""")
FAMILIES = items("""
Rossi|Bianchi|Ferrari|Esposito|Romano|Colombo|Ricci|Marino|Greco|Bruno|Gallo|Conti
De Luca|Costa|Giordano|Mancini|Rizzo|Lombardi|Moretti|Barbieri|Fontana|Santoro
Mariani|Rinaldi|Caruso|Ferrara|Galli|Martini|Leone|Longo|Gentile|Martinelli|Vitale
Lombardo|Serra|Coppola|De Santis|D'Angelo|Marchetti|Parisi|Villa|Conte|Ferraro|Ferri
Fabbri|Bianco|Marini|Grasso|Valentini|Messina|Sala|De Angelis|Gatti|Pellegrini
Palumbo|Sanna|Farina|Rizzi|Monti|Cattaneo|Morelli|Amato|Silvestri|Mazza|Testa
Grassi|Pellegrino|Carbone|Giuliani|Benedetti|Barone|Rossetti|Caputo|Montanari|Guerra
Palmieri|Bernardi|Martino|Fiore|Dell'Orto|De Rosa|Ferretti|Bellini|Basile|Riva
Donati|Piras|Vitali|Battaglia|Sartori|Neri|Costantini|Milani|Pagano|Ruggiero
Sorrentino|D'Amico|Orlando|Negri|De Rossi|Della Valle|Lo Presti|Di Stefano|Pozzi
Zanetti|Brambilla|Fumagalli|Locatelli|Invernizzi|Crippa|Tosi|Zanella|Furlan|Visentin
Dal Pra|Zorzi|Bertoli|Gandolfi|Malaguti|Zambelli|Guidi|Bartoli|Nardi|Innocenti
Proietti|Cecchini|Petrucci|Sabatini|Ciccone|Iacovelli|Lops|Schiavone|Ruggeri|Cusumano
Mancuso|La Rosa|Puglisi|Cannizzaro|Deiana|Melis|Lai|Usai|Canu|Cossu|Vaccari|Tedesco
""")
#: What relatives and friends say for a name written in the documents.
NICKNAMES = {
    name: tuple(said.split("/"))
    for name, said in (
        pair.split(":")
        for pair in items("""
Giuseppina:Pina/Giusy|Giuseppe:Beppe/Peppe/Pino|Francesco:Franco/Checco/Fra|Francesca:Fra/Franca
Elisabetta:Betta/Lisa|Giovanni:Gianni/Nanni|Antonio:Tonino/Toni|Salvatore:Totò/Turi
Vincenzo:Enzo|Lorenzo:Renzo/Lory|Alessandro:Sandro/Ale|Alessandra:Sandra/Ale|Roberto:Roby/Berto
Roberta:Roby|Domenico:Mimmo|Luigi:Gigi/Gino|Nicolò:Nico|Michele:Michi|Gabriele:Lele|Emanuele:Manu
Riccardo:Ricky|Edoardo:Edo|Federica:Fede|Federico:Fede|Valentina:Vale|Caterina:Cate/Rina
Eleonora:Nora/Ele|Nicoletta:Nico|Beatrice:Bea/Bice|Antonella:Anto/Nella|Margherita:Rita/Marghe
Maddalena:Lena|Raffaele:Lello|Raffaella:Raffa|Tommaso:Tommy/Maso|Filippo:Pippo|Matteo:Teo
Daniela:Dani|Daniele:Dani|Leonardo:Leo|Alberto:Berto|Massimo:Max|Giacomo:Jack|Stefano:Ste
Stefania:Stefy|Concetta:Tina|Rosaria:Rosy|Simona:Simo|Cristina:Cri|Samuele:Samu|Umberto:Berto
Martina:Marty|Camilla:Cami|Carlotta:Lotta|Gabriella:Lella|Emanuela:Manu|Patrizia:Patty
Gianluca:Luca|Vittoria:Vicky|Teresa:Resy
""")
    )
}
TITLES = {
    "F": ("Dott.ssa", "Avv.", "Sig.ra", "Prof.ssa", "Ing.", "Arch."),
    "M": ("Dott.", "Avv.", "Sig.", "Prof.", "Ing.", "Geom.", "Rag.", "Arch."),
}
