"""How far text stands out from what is behind it, by the measure of WCAG 2."""

from __future__ import annotations

from typing import Any

LOWEST = 4.5  # level AA, for text of usual size

_TOO_FAINT = """(lowest) => {
    const channel = (value) => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
    const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
    const ground = (element) => {
        for (let each = element; each; each = each.parentElement) {
            const style = getComputedStyle(each);
            const box = each.matches("g.node") ? getComputedStyle(each.querySelector("rect")) : null;
            const colour = parts(box ? box.fill : style.backgroundColor);
            if (colour.length < 4 || colour[3] === 1) return colour;
        }
        return [255, 255, 255];
    };
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const element = walker.currentNode.parentElement;
        const text = walker.currentNode.textContent.trim();
        if (!text || element.closest("script, style, noscript, .hidden-text, .skip")) continue;
        if (!element.getClientRects().length) continue;
        const style = getComputedStyle(element);
        const ink = light(parts(element instanceof SVGElement ? style.fill : style.color));
        const behind = light(ground(element));
        const ratio = (Math.max(ink, behind) + 0.05) / (Math.min(ink, behind) + 0.05);
        if (ratio < lowest) found.push(`${ratio.toFixed(2)} ${element.getAttribute("class")}: ${text.slice(0, 40)}`);
    }
    return found;
}"""


def too_faint(page: Any) -> list[str]:
    """The texts on a page that stand out less than they have to, each with its ratio."""
    return list(page.evaluate(_TOO_FAINT, LOWEST))
