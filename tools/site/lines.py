"""Chinese lines joined without a space: a break in the source is none on the page."""

from breaks import joined
from docutils import nodes
from sphinx.application import Sphinx


def join_lines(app: Sphinx, doctree: nodes.document) -> None:
    """Join the lines of all paragraphs."""
    for node in list(doctree.findall(nodes.Text)):
        parent = node.parent
        if "\n" not in node or isinstance(parent, nodes.FixedTextElement):
            continue
        place = parent.index(node)
        before = parent[place - 1].astext()[-1:] if place else ""
        after = parent[place + 1].astext()[:1] if place + 1 < len(parent) else ""
        parent.replace(node, nodes.Text(joined(before, str(node), after)))


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the step to the reading of every page."""
    app.connect("doctree-read", join_lines)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
