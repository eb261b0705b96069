{#- The cleaning steps that need their input more than once. default__ is the SQL that any database can
    write in place; PostgreSQL makes a function of each (dialect/postgres_functions.sql). -#}

{% macro iso_order(text) %}{{ return(adapter.dispatch('iso_order', 'scheda')(text)) }}{% endmacro %}
{% macro iso_day(text) %}{{ return(adapter.dispatch('iso_day', 'scheda')(text)) }}{% endmacro %}
{% macro iso_instant(text) %}{{ return(adapter.dispatch('iso_instant', 'scheda')(text)) }}{% endmacro %}
{% macro spelled_number(text) %}{{ return(adapter.dispatch('spelled_number', 'scheda')(text)) }}{% endmacro %}
{% macro checked_email(text) %}{{ return(adapter.dispatch('checked_email', 'scheda')(text)) }}{% endmacro %}
{% macro checked_phone(text) %}{{ return(adapter.dispatch('checked_phone', 'scheda')(text)) }}{% endmacro %}
{% macro capitals(text) %}{{ return(adapter.dispatch('capitals', 'scheda')(text)) }}{% endmacro %}
{% macro legal_form(text) %}{{ return(adapter.dispatch('legal_form', 'scheda')(text)) }}{% endmacro %}
{% macro country_of(text) %}{{ return(adapter.dispatch('country_of', 'scheda')(text)) }}{% endmacro %}
{% macro province_of(text) %}{{ return(adapter.dispatch('province_of', 'scheda')(text)) }}{% endmacro %}
{% macro channel_of(text) %}{{ return(adapter.dispatch('channel_of', 'scheda')(text)) }}{% endmacro %}


{#- A day, with or without an hour, in ISO order: day-month-year (with / - or .) is turned, and
    year/month/day too. Anything else is null: month-day-year cannot be told from day-month-year. -#}
{% macro default__iso_order(text) -%}
    case
        when {{ text }} like '____-_%-%' then {{ text }}
        when {{ matches(text, '^[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{4}') }}
            then
                {{ replace_all(
                    text, '^([0-9]+)[/.-]([0-9]+)[/.-]([0-9]{4})(.*)$', '\\3-\\2-\\1\\4'
                ) }}
        when {{ matches(text, '^[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}') }} then replace({{ text }}, '/', '-')
    end
{%- endmacro %}


{#- Fifteen digits before the point at most, so that cents fit a bigint. -#}
{% macro default__spelled_number(text) -%}
    {%- set bare = replace_all(text, "[[:space:]€$£''’]|EUR", '') -%}
    cast(
        case
            when {{ matches(text, '^-?[0-9]{1,15}([.][0-9]{1,20})?$') }} then {{ text }}
            when
                {{ matches(bare, '^[+-]?[0-9]{1,3}([.][0-9]{3}){1,4},[0-9]{1,20}$') }}
                or {{ matches(bare, '^[+-]?[0-9]{1,15},[0-9]{1,20}$') }}
                then replace(replace({{ bare }}, '.', ''), ',', '.')
            when
                {{ matches(bare, '^[+-]?[0-9]{1,3}(,[0-9]{3}){1,4}[.][0-9]{1,20}$') }}
                or {{ matches(bare, '^[+-]?[0-9]{1,3}(,[0-9]{3}){2,4}$') }}
                then replace({{ bare }}, ',', '')
            when {{ matches(bare, '^[+-]?[0-9]{1,3}([.][0-9]{3}){2,4}$') }}
                then replace({{ bare }}, '.', '')
            when {{ matches(bare, '^[+-]?[0-9]{1,15}([.][0-9]{1,20})?$') }} then {{ bare }}
        end as numeric
    )
{%- endmacro %}


{#- Nearly every address is plain already: only the others are freed of what is written around them. -#}
{% macro default__checked_email(text) -%}
    {%- set bare = replace_all(text, '^[[:space:]<]*(mailto:)?|[[:space:]>.,;]+$', '') -%}
    case
        when {{ looks_like_email(text) }} then {{ text }}
        when {{ looks_like_email(bare) }} then {{ bare }}
    end
{%- endmacro %}


{% macro looks_like_email(text) -%}
    (
        {{ text }} like '_%@_%.__%'
        and {{ text }} not like '%@%@%'
        and {{ text }} not like '%..%'
        and {{ text }} not like '%@.%'
        and not {{ matches(text, '[][:space:]<>(),;:"[]|[.0-9]$') }}
    )
{%- endmacro %}


{% macro default__checked_phone(text) -%}
    {%- set home = var('phone_prefix') -%}
    case
        when {{ matches(text, '^([+]|00)[1-9][0-9]{6,14}$') }}
            then '+' || {{ replace_all(text, '^([+]|00)', '') }}
        when {{ matches(text, '^' ~ home ~ '[0-9]{9,10}$') }} then '+' || {{ text }}
        when {{ matches(text, '^[0-9]{6,11}$') }} then '+{{ home }}' || {{ text }}
    end
{%- endmacro %}


{% macro default__capitals(text) -%}
    case
        when {{ text }} in (upper({{ text }}), lower({{ text }})) then initcap({{ text }})
        else {{ text }}
    end
{%- endmacro %}


{% macro default__legal_form(text) -%}
    {%- set name = namespace(sql=text) -%}
    {%- for pattern, form in {
        'societ[aà] a r[.]?l[.]?': 'S.r.l.',
        's[.]? ?r[.]? ?l[.]?( unipersonale)?': 'S.r.l.',
        's[.]? ?r[.]? ?l[.]? ?s[.]?': 'S.r.l.s.',
        's[.]? ?p[.]? ?a[.]?': 'S.p.A.',
        's[.]? ?n[.]? ?c[.]?': 'S.n.c.',
        's[.]? ?a[.]? ?s[.]?': 'S.a.s.',
    }.items() -%}
        {%- set name.sql = replace_all(name.sql, '(?i)[ ,]+' ~ pattern ~ '$', ' ' ~ form) -%}
    {%- endfor -%}
    {{ name.sql }}
{%- endmacro %}


{% macro default__country_of(text) -%}
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
        {%- for code, spellings in names.items() %}
        when {{ text }} in ('{{ spellings | join("', '") }}') then '{{ code }}'
        {%- endfor %}
        when {{ matches(text, '^[a-z]{2}$') }} then upper({{ text }})
    end
{%- endmacro %}


{% macro default__province_of(text) -%}
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
        when length({{ text }}) = 2 then upper({{ text }})
        else
            case replace(lower({{ text }}), '''', ' ')
                {%- for code, name in names.items() %}
                when '{{ name }}' then '{{ code }}'
                {%- endfor %}
                else {{ text }}
            end
    end
{%- endmacro %}


{% macro default__channel_of(text) -%}
    case
        when {{ text }} in ('online', 'sito', 'sito web', 'web', 'e-commerce', 'ecommerce')
            then 'online'
        when {{ text }} in ('negozio', 'store', 'punto vendita', 'shop', 'pos') then 'store'
        when {{ text }} in ('telefono', 'phone', 'call center') then 'phone'
        when {{ text }} in ('evento', 'event', 'fiera') then 'event'
        else {{ text }}
    end
{%- endmacro %}
