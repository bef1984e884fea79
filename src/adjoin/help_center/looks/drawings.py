"""SVG drawings, made safe: only shapes, colours and words are left of them."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _
from lxml import etree

from adjoin.help_center.looks import stylesheets
from adjoin.kernel.errors import Invalid

NAMESPACE = "http://www.w3.org/2000/svg"
XLINK = "{http://www.w3.org/1999/xlink}href"
ELEMENTS = re.compile(
    r"svg|g|defs|symbol|use|title|desc|path|rect|circle|ellipse|line|polyline|polygon|text|tspan|style|switch|stop|"
    r"linearGradient|radialGradient|clipPath|mask|pattern|filter|"
    r"fe(GaussianBlur|Offset|Blend|Flood|Composite|Merge|MergeNode|ColorMatrix)"
)
ATTRIBUTES = re.compile(
    r"id|class|style|viewBox|width|height|x|y|x1|x2|y1|y2|cx|cy|r|rx|ry|fx|fy|d|points|dx|dy|rotate|transform|offset|"
    r"fill(-\w+)?|stroke(-\w+)?|stop-\w+|color|opacity|clip-path|clip-rule|mask|filter|font-\w+|text-anchor|"
    r"letter-spacing|dominant-baseline|gradientUnits|gradientTransform|spreadMethod|clipPathUnits|maskUnits|"
    r"patternUnits|patternTransform|preserveAspectRatio|vector-effect|paint-order|mix-blend-mode|visibility|display|"
    r"stdDeviation|in|in2|result|mode|operator|k[1-4]|flood-\w+|values|type|filterUnits|href"
)
ASPECT_MAX = 12.0


def safe(data: bytes) -> tuple[bytes, int, int]:
    """The drawing without whatever is no drawing, and its width and height. Raises `Invalid` for what is none."""
    root = _parsed(data)
    for element in list(root.iter()):
        if not _is_kept(element):
            _drop(element)
        else:
            _clean(element)
    width, height = _size(root)
    etree.cleanup_namespaces(root)
    return etree.tostring(root, encoding="utf-8"), width, height


def _parsed(data: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _refusal(_("This drawing cannot be read.")) from error
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and list(declared.iterentities()):
        raise _refusal(_("This drawing declares entities. Save it again as plain SVG."))
    if root.tag != f"{{{NAMESPACE}}}svg":
        raise _refusal(_("This is no SVG drawing."))
    return root


def _is_kept(element: etree._Element) -> bool:
    if not isinstance(element.tag, str):
        return False  # comments, processing instructions, entities
    name = etree.QName(element)
    return name.namespace == NAMESPACE and ELEMENTS.fullmatch(name.localname) is not None


def _drop(element: etree._Element) -> None:
    above = element.getparent()
    if above is not None:
        element.tail, tail = None, element.tail
        before = element.getprevious()
        if tail and before is not None:
            before.tail = (before.tail or "") + tail
        elif tail:
            above.text = (above.text or "") + tail
        above.remove(element)


def _clean(element: etree._Element) -> None:
    for name, value in list(element.attrib.items()):
        plain = "href" if name == XLINK else str(name)
        if not ATTRIBUTES.fullmatch(plain) or not _is_harmless(plain, str(value)):
            del element.attrib[name]
    if etree.QName(element).localname == "style" and (found := stylesheets.problems(element.text or "")):
        raise _refusal(_("The drawing's own styles: %s") % found[0])


def _is_harmless(name: str, value: str) -> bool:
    if name == "href":
        return value.strip().startswith("#")
    if not ("(" in value or "\\" in value):  # numbers and names, as long paths are
        return True
    return not stylesheets.problems_of_style(value if name == "style" else f"--value: {value}")


def _size(root: etree._Element) -> tuple[int, int]:
    box = [float(part) for part in re.findall(r"-?[\d.]+(?:e-?\d+)?", str(root.get("viewBox", "")))]
    sides = [re.fullmatch(r"([\d.]+)(px)?", str(root.get(side, ""))) for side in ("width", "height")]
    width, height = (float(one[1]) if one else 0.0 for one in sides)
    if len(box) == 4 and not (width and height):
        width, height = box[2:]
    if not (width > 0 and height > 0):
        raise _refusal(_("This drawing does not say how large it is. Give it a width and a height, or a viewBox."))
    if max(width / height, height / width) > ASPECT_MAX:
        raise _refusal(_("This drawing is too long and thin."))
    return max(1, round(width)), max(1, round(height))


def _refusal(words: str) -> Invalid:
    return Invalid.field("picture", words)
