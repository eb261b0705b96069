{#- Countries and Italian provinces as codes; a name that is not listed here stays out of the card. -#}

{% macro country_code(text) -%}
    {%- set names = {
        'IT': ['italia', 'italy', 'italie', 'italien', 'ita'],
        'SM': ['san marino'], 'VA': ['città del vaticano', 'vaticano'],
        'CH': ['svizzera', 'switzerland', 'suisse', 'schweiz', 'che'],
        'GB': ['regno unito', 'united kingdom', 'uk', 'gran bretagna', 'inghilterra', 'great britain',
               'gbr'],
        'US': ['stati uniti', 'united states', 'usa', 'stati uniti d america', 'united states of america'],
        'FR': ['francia', 'france', 'fra'], 'DE': ['germania', 'germany', 'deutschland', 'deu'],
        'ES': ['spagna', 'spain', 'españa', 'esp'], 'PT': ['portogallo', 'portugal', 'prt'],
        'AT': ['austria', 'österreich', 'aut'], 'BE': ['belgio', 'belgium', 'belgique', 'bel'],
        'NL': ['olanda', 'paesi bassi', 'netherlands', 'the netherlands', 'nederland', 'nld'],
        'LU': ['lussemburgo', 'luxembourg', 'lux'], 'IE': ['irlanda', 'ireland', 'eire', 'irl'],
        'DK': ['danimarca', 'denmark', 'dnk'], 'SE': ['svezia', 'sweden', 'swe'],
        'NO': ['norvegia', 'norway', 'nor'], 'FI': ['finlandia', 'finland', 'fin'],
        'IS': ['islanda', 'iceland'], 'PL': ['polonia', 'poland', 'pol'],
        'CZ': ['repubblica ceca', 'cechia', 'czech republic', 'czechia'],
        'SK': ['slovacchia', 'slovakia'], 'HU': ['ungheria', 'hungary'], 'SI': ['slovenia'],
        'HR': ['croazia', 'croatia'], 'RO': ['romania'], 'BG': ['bulgaria'], 'GR': ['grecia', 'greece'],
        'CY': ['cipro', 'cyprus'], 'MT': ['malta'], 'EE': ['estonia'], 'LV': ['lettonia', 'latvia'],
        'LT': ['lituania', 'lithuania'], 'TR': ['turchia', 'turkey'], 'RU': ['russia'],
        'UA': ['ucraina', 'ukraine'], 'IL': ['israele', 'israel'],
        'AE': ['emirati arabi uniti', 'united arab emirates'], 'JP': ['giappone', 'japan'],
        'CN': ['cina', 'china'], 'HK': ['hong kong'], 'SG': ['singapore'], 'AU': ['australia'],
        'CA': ['canada'], 'BR': ['brasile', 'brazil'], 'BH': ['bahrain'], 'LB': ['libano', 'lebanon'],
        'SA': ['arabia saudita', 'saudi arabia'], 'ZA': ['sudafrica', 'south africa', 'rsa'],
    } -%}
    case
        when {{ matches('trim(' ~ text ~ ')', '^[A-Za-z]{2}$') }} and lower(trim({{ text }})) <> 'uk'
            then upper(trim({{ text }}))
        {%- for code, spellings in names.items() %}
        when lower({{ tidy(text) }}) in ('{{ spellings | join("', '") }}') then '{{ code }}'
        {%- endfor %}
    end
{%- endmacro %}


{% macro province_code(text) -%}
    {%- set names = {
        'AG': 'agrigento', 'AL': 'alessandria', 'AN': 'ancona', 'AO': 'aosta', 'AP': 'ascoli piceno',
        'AQ': 'l aquila', 'AR': 'arezzo', 'AT': 'asti', 'AV': 'avellino', 'BA': 'bari', 'BG': 'bergamo',
        'BI': 'biella', 'BL': 'belluno', 'BN': 'benevento', 'BO': 'bologna', 'BR': 'brindisi',
        'BS': 'brescia', 'BT': 'barletta-andria-trani', 'BZ': 'bolzano', 'CA': 'cagliari',
        'CB': 'campobasso', 'CE': 'caserta', 'CH': 'chieti', 'CL': 'caltanissetta', 'CN': 'cuneo',
        'CO': 'como', 'CR': 'cremona', 'CS': 'cosenza', 'CT': 'catania', 'CZ': 'catanzaro',
        'EN': 'enna', 'FC': 'forlì-cesena', 'FE': 'ferrara', 'FG': 'foggia', 'FI': 'firenze',
        'FM': 'fermo', 'FR': 'frosinone', 'GE': 'genova', 'GO': 'gorizia', 'GR': 'grosseto',
        'IM': 'imperia', 'IS': 'isernia', 'KR': 'crotone', 'LC': 'lecco', 'LE': 'lecce', 'LI': 'livorno',
        'LO': 'lodi', 'LT': 'latina', 'LU': 'lucca', 'MB': 'monza e brianza', 'MC': 'macerata',
        'ME': 'messina', 'MI': 'milano', 'MN': 'mantova', 'MO': 'modena', 'MS': 'massa-carrara',
        'MT': 'matera', 'NA': 'napoli', 'NO': 'novara', 'NU': 'nuoro', 'OR': 'oristano', 'PA': 'palermo',
        'PC': 'piacenza', 'PD': 'padova', 'PE': 'pescara', 'PG': 'perugia', 'PI': 'pisa',
        'PN': 'pordenone', 'PO': 'prato', 'PR': 'parma', 'PT': 'pistoia', 'PU': 'pesaro e urbino',
        'PV': 'pavia', 'PZ': 'potenza', 'RA': 'ravenna', 'RC': 'reggio calabria', 'RE': 'reggio emilia',
        'RG': 'ragusa', 'RI': 'rieti', 'RM': 'roma', 'RN': 'rimini', 'RO': 'rovigo', 'SA': 'salerno',
        'SI': 'siena', 'SO': 'sondrio', 'SP': 'la spezia', 'SR': 'siracusa', 'SS': 'sassari',
        'SU': 'sud sardegna', 'SV': 'savona', 'TA': 'taranto', 'TE': 'teramo', 'TN': 'trento',
        'TO': 'torino', 'TP': 'trapani', 'TR': 'terni', 'TS': 'trieste', 'TV': 'treviso', 'UD': 'udine',
        'VA': 'varese', 'VB': 'verbano-cusio-ossola', 'VC': 'vercelli', 'VE': 'venezia',
        'VI': 'vicenza', 'VR': 'verona', 'VT': 'viterbo', 'VV': 'vibo valentia',
    } -%}
    case
        when length(trim({{ text }})) = 2 then upper(trim({{ text }}))
        else
            case replace(lower({{ tidy(text) }}), '''', ' ')
                {%- for code, name in names.items() %}
                when '{{ name }}' then '{{ code }}'
                {%- endfor %}
                else {{ tidy(text) }}
            end
    end
{%- endmacro %}
