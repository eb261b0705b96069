{#-
  The golden card: which record each of its columns comes from, when the records of a customer disagree.
  One entry per group of columns; a group is taken whole from one record, so that a street never meets
  another record's town.
    columns   columns of customer_card that the group decides (rows of customer_card_fields)
    along     columns that come along with them
    only      a condition without which a value never stands on the card
    prefer    conditions in order: a record that meets one comes before those that do not
    then      what decides among the rest: source (`config.meta.priority` of its sources.yml, the smaller
              number first), latest (updated_at; who never says when comes last), earliest
              (registered_on); last of all source and key, so that no order of arrival ever decides
    why       the reason
  Conditions are SQL over the columns of customer_claims. What is not valid is not there at all: a number,
  an address or a code that its dictionary refuses is null, so an older valid one wins. A change here, or
  of a priority, holds for every card from the next build on.
-#}
{% macro survivorship() %}
    {{- return([
        {
            'name': 'email',
            'columns': ['email'],
            'prefer': [
                {'rule': 'personal mailbox', 'when': 'not is_role_email'},
                {'rule': 'lasting mailbox', 'when': 'not is_disposable_email'},
                {'rule': 'consent', 'when': 'has_consent'},
                {'rule': 'no tag', 'when': "email not like '%+%'"},
            ],
            'then': ['source', 'latest'],
            'why': "The card's address is the one that is written to: a person's own mailbox before " ~
                "an office's (info@) and before one thrown away in an hour; then the one whose " ~
                'owner agreed to be written to, and before name+shop@ the name that it stands for.',
        },
        {
            'name': 'name',
            'columns': ['first_name', 'last_name'],
            'prefer': [
                {'rule': 'full name', 'when': 'is_full_name'},
            ],
            'then': ['source', 'latest'],
            'why': 'First and last name of one record: an initial, or half of a name, gives way to a ' ~
                'full name wherever it comes from. Then whoever speaks with the person (the CRM) ' ~
                'before a web form.',
        },
        {
            'name': 'title',
            'columns': ['title'],
            'then': ['source', 'latest'],
            'why': 'A title is told by few records and contradicted by none; it goes with any ' ~
                'spelling of the name.',
        },
        {
            'name': 'company',
            'columns': ['company_id', 'company_name'],
            'prefer': [
                {'rule': 'named', 'when': 'company_name is not null'},
            ],
            'then': ['source', 'latest'],
            'why': 'A company with a name before a bare VAT number; who works for whom is kept by ' ~
                'salespeople, while web forms are filled in once and never again.',
        },
        {
            'name': 'vat_number',
            'columns': ['vat_number'],
            'only': {
                'rule': 'same company',
                'when': 'company_id is null or company_id = card_company_id',
            },
            'then': ['source', 'latest'],
            'why': 'A VAT number of another company than the one on the card would end on an ' ~
                'invoice: better none.',
        },
        {
            'name': 'fiscal_code',
            'columns': ['fiscal_code'],
            'then': ['source', 'latest'],
            'why': 'Only codes whose check character holds are there; two different ones are a ' ~
                'matter for identity_review.',
        },
        {
            'name': 'phone',
            'columns': ['phone'],
            'along': ['phone_type'],
            'prefer': [
                {
                    'rule': "a line of one's own",
                    'when': "coalesce(phone_type, '') not in ('toll_free', 'premium')",
                },
            ],
            'then': ['source', 'latest'],
            'why': 'A number at which somebody answers; a toll-free or premium number is a ' ~
                "switchboard's.",
        },
        {
            'name': 'mobile',
            'columns': ['mobile'],
            'then': ['source', 'latest'],
            'why': 'The number that takes text messages; there is no consent for it in the contract, ' ~
                'so none is asked here.',
        },
        {
            'name': 'address',
            'columns': ['street', 'postal_code', 'city', 'province', 'region', 'country'],
            'prefer': [
                {
                    'rule': 'a letter arrives',
                    'when': 'street is not null and coalesce(postal_code, city) is not null',
                },
                {
                    'rule': 'more than a country',
                    'when': 'coalesce(street, postal_code, city, province) is not null',
                },
            ],
            'then': ['source', 'latest'],
            'why': 'A street and a town before a town alone, a town before a country, which is a ' ~
                'default of many forms; then the source that somebody checks before the later ' ~
                'one.',
        },
        {
            'name': 'birth_date',
            'columns': ['birth_date'],
            'prefer': [
                {'rule': 'stated', 'when': "birth_date_origin = 'stated'"},
            ],
            'then': ['source', 'latest'],
            'why': 'What the person says; where nobody asked, the fiscal code holds the day.',
        },
        {
            'name': 'gender',
            'columns': ['gender'],
            'prefer': [
                {'rule': 'stated', 'when': "gender_origin = 'stated'"},
            ],
            'then': ['source', 'latest'],
            'why': 'What the person says; where nobody asked, what the fiscal code holds.',
        },
        {
            'name': 'loyalty_card',
            'columns': ['loyalty_card'],
            'then': ['latest', 'source'],
            'why': 'A lost card is replaced, so the one told last is the one in the wallet.',
        },
        {
            'name': 'owner',
            'columns': ['owner_name'],
            'only': {
                'rule': 'active salesperson',
                'when': 'owner_is_active',
            },
            'then': ['source', 'latest'],
            'why': 'One owner or none, and never who has left (seed salespeople): the source that ' ~
                'assigns salespeople first, then the assignment changed last. Disagreements are ' ~
                'in owner_conflicts.',
        },
        {
            'name': 'registration',
            'columns': ['registered_on', 'registration_source', 'registration_channel'],
            'then': ['earliest', 'source'],
            'why': 'A customer registers once, however many forms they fill in later - source and ' ~
                'channel of that day.',
        },
    ]) -}}
{% endmacro %}
