-- Grain: one row per source and order: which rules it meets and what it is worth at as_of.
{{ config(
    unique_key=['source', 'order_key'],
    indexes=[
        {'columns': ['source', 'order_key'], 'unique': True},
        {'columns': ['source', 'contact_key']},
        {'columns': ['ordered_on']},
        {'columns': ['fx_source']},
        {'columns': ['_build_id']},
    ],
) }}

with

orders as {{ inlined() }} (
    select * from {{ ref('orders') }}
),

order_lines as {{ inlined() }} (
    select * from {{ ref('order_lines') }}
),

refunds as {{ inlined() }} (
    select * from {{ ref('refunds') }}
),

payments as {{ inlined() }} (
    select * from {{ ref('payments') }}
),

order_tombstones as {{ inlined() }} (
    select * from {{ ref('order_tombstones') }}
),

fx_rates as {{ inlined() }} (
    select * from {{ ref('fx_rates') }}
),

fx_spans as (
    {{ fx_spans('fx_rates') }}
),

{% if is_incremental() %}
touched as (
    {% call set_aside('touched') %}
    select
        source,
        order_key
    from {{ news(ref('orders'), 'ordered_on') }} as orders
    union
    {{ repriced_orders() }}
    union
    select
        source,
        order_key
    from {{ news(ref('order_lines')) }} as order_lines
    union
    select
        source,
        order_key
    from {{ news(ref('refunds'), 'refunded_on') }} as refunds
    union
    select
        source,
        order_key
    from {{ news(ref('payments'), 'paid_on') }} as payments
    union
    select
        source,
        order_key
    from {{ news(ref('order_tombstones')) }} as order_tombstones
    {% endcall %}
),

{% endif %}
chosen as (
    select orders.*
    from orders
    {% if is_incremental() -%}
    inner join touched
        on orders.source = touched.source and orders.order_key = touched.order_key
    {%- endif %}
),

-- An order that states a total and no lines is worth its total: it stands for one nameless line.
sold as (
    select
        chosen.source,
        chosen.order_key,
        chosen.prices_include_vat,
        1 as stated_lines,
        order_lines.is_gift_card,
        order_lines.category,
        order_lines.quantity,
        order_lines.gross_cents,
        order_lines.discount_cents,
        order_lines.tax_cents
    from chosen
    inner join order_lines
        on chosen.source = order_lines.source and chosen.order_key = order_lines.order_key
    union all
    select
        chosen.source,
        chosen.order_key,
        chosen.prices_include_vat,
        0 as stated_lines,
        false as is_gift_card,
        cast(null as text) as category,
        0 as quantity,
        chosen.total_cents + chosen.discount_cents - chosen.shipping_cents - chosen.tip_cents
        - case when chosen.prices_include_vat then 0 else coalesce(chosen.tax_cents, 0) end
            as gross_cents,
        0 as discount_cents,
        coalesce(chosen.tax_cents, 0) as tax_cents
    from chosen
    where
        chosen.total_cents is not null
        and not exists (
            select 1
            from order_lines
            where
                order_lines.source = chosen.source
                and order_lines.order_key = chosen.order_key
        )
),

priced_lines as (
    select
        source,
        order_key,
        stated_lines,
        is_gift_card,
        category,
        quantity,
        gross_cents - discount_cents as paid_cents,
        tax_cents,
        {{ line_gross_cents(
            'gross_cents', 'discount_cents', 'tax_cents', 'prices_include_vat'
        ) }} as gross_cents,
        {{ line_net_cents(
            'gross_cents', 'discount_cents', 'tax_cents', 'prices_include_vat'
        ) }} as net_cents
    from sold
),

-- The sale of a gift card is money received for goods not yet chosen: it is no merchandise.
line_totals as (
    select
        source,
        order_key,
        sum(stated_lines) as lines_count,
        sum(case when is_gift_card then 0 else quantity end) as quantity,
        sum(case when is_gift_card then 0 else gross_cents end) as gross_cents,
        sum(case when is_gift_card then 0 else net_cents end) as net_cents,
        sum(case when is_gift_card then 0 else paid_cents end) as paid_cents,
        sum(case when is_gift_card then paid_cents else 0 end) as gift_card_cents,
        sum(tax_cents) as tax_cents,
        {{ distinct_list(
            "case when not is_gift_card then replace(category, '|', '/') end", "'|'"
        ) }} as categories
    from priced_lines
    group by source, order_key
),

refund_totals as (
    select
        chosen.source,
        chosen.order_key,
        count(*) as refunds_count,
        max(refunds.refunded_on) as last_refunded_on,
        sum(
            refunds.merchandise_cents
            - case when chosen.prices_include_vat then refunds.tax_cents else 0 end
        ) as merchandise_cents,
        sum(refunds.shipping_cents) as shipping_cents,
        sum(refunds.tax_cents) as tax_cents
    from chosen
    inner join refunds
        on chosen.source = refunds.source and chosen.order_key = refunds.order_key
    where refunds.refunded_on <= {{ as_of() }}
    group by chosen.source, chosen.order_key
),

-- Money arrives by a sale or by the capture of what was authorized: one of the two, never both. A
-- gift card spent is a way to pay; it lowers no price.
payment_totals as (
    select
        chosen.source,
        chosen.order_key,
        sum(payments.amount_cents) as collected_cents,
        sum(case when payments.is_gift_card then payments.amount_cents else 0 end)
            as gift_card_spent_cents
    from chosen
    inner join payments
        on chosen.source = payments.source and chosen.order_key = payments.order_key
    where
        payments.kind in ('sale', 'capture')
        and payments.status = 'success'
        and payments.paid_on <= {{ as_of() }}
    group by chosen.source, chosen.order_key
),

-- A discount on the whole order is freed of VAT by the share of its lines, and takes no more off
-- the merchandise of a sale than there is: the rest was taken off something else.
valued as (
    select
        chosen.source,
        chosen.order_key,
        chosen.contact_key,
        chosen.order_number,
        chosen.shop,
        chosen.channel,
        chosen.order_type,
        chosen.ordered_at,
        chosen.ordered_on,
        chosen.financial_status,
        chosen.cancelled_at,
        chosen.fulfilled_at,
        chosen.is_test,
        chosen.is_deleted or coalesce(order_tombstones.is_missing, false) as is_deleted,
        chosen.cancelled_at is not null
        and (chosen.fulfilled_at is null or chosen.cancelled_at <= chosen.fulfilled_at)
            as is_cancelled,
        chosen.ordered_on <= {{ as_of() }} as is_visible,
        chosen.currency,
        case
            when chosen.fx_rate is not null then 'order'
            when chosen.currency = '{{ var("business_currency") }}' then 'same'
            when fx_spans.rate is not null then 'table'
            else 'missing'
        end as fx_source,
        coalesce(
            chosen.fx_rate,
            case when chosen.currency = '{{ var("business_currency") }}' then 1 end,
            fx_spans.rate
        ) as fx_rate,
        case
            when
                chosen.fx_rate is not null
                or chosen.currency = '{{ var("business_currency") }}'
                then chosen.ordered_on
            else fx_spans.rate_on
        end as fx_on,
        chosen.prices_include_vat,
        cast(coalesce(line_totals.lines_count, 0) as bigint) as lines_count,
        coalesce(line_totals.quantity, 0) as quantity,
        case
            when line_totals.categories is not null then '|' || line_totals.categories || '|'
        end as categories,
        cast(coalesce(line_totals.gross_cents, 0) as bigint) as gross_merch_cents,
        cast(coalesce(line_totals.net_cents, 0) as bigint) as line_net_cents,
        case
            when chosen.prices_include_vat and line_totals.paid_cents <> 0
                then cast(
                    round(
                        cast(chosen.discount_cents as numeric) * line_totals.net_cents
                        / nullif(line_totals.paid_cents, 0)
                    ) as bigint
                )
            else chosen.discount_cents
        end as order_discount_cents,
        cast(coalesce(refund_totals.merchandise_cents, 0) as bigint) as refunded_merch_cents,
        cast(coalesce(refund_totals.shipping_cents, 0) as bigint) as refunded_shipping_cents,
        cast(coalesce(refund_totals.tax_cents, 0) as bigint) as refunded_tax_cents,
        coalesce(refund_totals.refunds_count, 0) as refunds_count,
        refund_totals.last_refunded_on,
        cast(coalesce(line_totals.gift_card_cents, 0) as bigint) as gift_card_cents,
        cast(payment_totals.collected_cents as bigint) as collected_cents,
        cast(coalesce(payment_totals.gift_card_spent_cents, 0) as bigint) as gift_card_spent_cents,
        chosen.shipping_cents,
        cast(coalesce(chosen.tax_cents, line_totals.tax_cents, 0) as bigint) as tax_cents,
        chosen.tip_cents,
        chosen.total_cents,
        cast(coalesce(line_totals.paid_cents, 0) as bigint) as line_paid_cents,
        chosen.discount_cents as stated_discount_cents,
        chosen.updated_at
    from chosen
    left join line_totals
        on chosen.source = line_totals.source and chosen.order_key = line_totals.order_key
    left join refund_totals
        on chosen.source = refund_totals.source and chosen.order_key = refund_totals.order_key
    left join payment_totals
        on chosen.source = payment_totals.source and chosen.order_key = payment_totals.order_key
    left join order_tombstones
        on
            chosen.source = order_tombstones.source
            and chosen.order_key = order_tombstones.order_key
    left join fx_spans
        on {{ in_fx_span('chosen') }}
),

netted as (
    select
        valued.*,
        gross_merch_cents - line_net_cents
        + case
            when order_type = 'sale' and line_net_cents >= 0
                then least(order_discount_cents, line_net_cents)
            else order_discount_cents
        end as discount_cents,
        line_paid_cents - stated_discount_cents + gift_card_cents + shipping_cents + tip_cents
        + case when prices_include_vat then 0 else tax_cents end as computed_total_cents
    from valued
),

-- The total that the source states is what the customer paid; what its parts do not explain blocks
-- publishing (law 7).
reconciled as (
    select
        netted.*,
        coalesce(total_cents, computed_total_cents) as paid_total_cents,
        coalesce(total_cents - computed_total_cents, 0) as unexplained_cents
    from netted
),

converted as (
    select
        reconciled.*,
        gross_merch_cents - discount_cents - refunded_merch_cents as net_merch_cents,
        {{ converted_cents('gross_merch_cents', 'fx_rate') }} as gross_merch_business_cents,
        {{ converted_cents('discount_cents', 'fx_rate') }} as discount_business_cents,
        {{ converted_cents('refunded_merch_cents', 'fx_rate') }} as refunded_merch_business_cents,
        {{ converted_cents('paid_total_cents', 'fx_rate') }} as paid_total_business_cents
    from reconciled
),

-- A fully refunded order is a valid order but no purchase: both are published.
judged as (
    select
        converted.*,
        is_visible
        and not is_test
        and not is_deleted
        and not is_cancelled
        and order_type = 'sale'
        and financial_status in (
            {%- for status in var('valid_financial_statuses') -%}
            '{{ status }}'{{ ", " if not loop.last }}
            {%- endfor -%}
        ) as is_valid,
        is_visible
        and not is_test
        and not is_deleted
        and not is_cancelled
        and order_type = 'return' as is_return
    from converted
),

final as (
    select
        source,
        order_key,
        contact_key,
        order_number,
        shop,
        channel,
        order_type,
        ordered_at,
        ordered_on,
        financial_status,
        cancelled_at,
        fulfilled_at,
        is_test,
        is_deleted,
        is_cancelled,
        is_visible,
        is_valid,
        is_valid and net_merch_cents > 0 as is_purchase,
        is_return,
        is_valid
        and refunded_merch_cents > 0
        and refunded_merch_cents >= gross_merch_cents - discount_cents as is_fully_refunded,
        currency,
        fx_rate,
        fx_on,
        fx_source,
        prices_include_vat,
        lines_count,
        quantity,
        categories,
        gross_merch_cents,
        discount_cents,
        refunded_merch_cents,
        net_merch_cents,
        gift_card_cents,
        gift_card_spent_cents,
        collected_cents,
        shipping_cents,
        tax_cents,
        tip_cents,
        paid_total_cents,
        cast(unexplained_cents as bigint) as unexplained_cents,
        refunds_count,
        last_refunded_on,
        refunded_shipping_cents,
        refunded_tax_cents,
        gross_merch_business_cents,
        discount_business_cents,
        refunded_merch_business_cents,
        gross_merch_business_cents - discount_business_cents - refunded_merch_business_cents
            as net_merch_business_cents,
        paid_total_business_cents,
        updated_at,
        {{ as_of() }} as _as_of,
        {{ build_id() }} as _build_id
    from judged
)

select * from final
