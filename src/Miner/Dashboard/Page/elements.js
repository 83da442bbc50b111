// Elements. All text goes in as text.

function element(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes ?? {})) {
        if (value != null) made.setAttribute(name, value);
    }
    made.append(...children.flat(Infinity).filter(child => child != null && child !== ''));
    return made;
}

const time = (date, text) => element('time', { datetime: date.toISOString(), title: local(date) }, text);
const instant = (text, now) => {
    if (!text) return 'never';
    const date = new Date(text);
    return [time(date, `${day(date)} ${clock(date)} UTC`), ` (${ago(date, now)})`];
};
const address = text => element('span', { class: 'address' }, text);
/** For where there is little room. The whole address stands elsewhere on the page, so that it can be read and copied without a pointer. */
const shortAddress = text => element('span', { class: 'address', title: text }, short(text));
const shapes = { Healthy: '●', Degraded: '▲', Unhealthy: '■' };
const state = (status, word = status) =>
    element('span', { class: `state ${status.toLowerCase()}` }, element('span', { 'aria-hidden': 'true' }, `${shapes[status]} `), word);
const empty = text => element('p', { class: 'empty' }, text);
const facts = (id, pairs) =>
    byId(id).replaceChildren(
        ...pairs.filter(Boolean).map(([name, ...value]) => element('div', {}, element('dt', {}, name), element('dd', {}, value))),
    );

/** A column is [head, cell of a row, class]. */
function table(caption, columns, rows) {
    const cells = (row, tag) =>
        columns.map(([, cell, kind], i) => element(i === 0 ? 'th' : tag, { class: kind, scope: i === 0 ? 'row' : null }, cell(row)));
    return element(
        'table',
        { class: 'data' },
        element('caption', { class: 'hidden' }, caption),
        element(
            'thead',
            {},
            element(
                'tr',
                {},
                columns.map(([head, , kind]) => element('th', { scope: 'col', class: kind }, head)),
            ),
        ),
        element(
            'tbody',
            {},
            rows.map(row => element('tr', {}, cells(row, 'td'))),
        ),
    );
}
