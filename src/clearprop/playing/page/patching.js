// Change a part of the page into what a text of HTML says, touching only what differs.

/**
 * @param {Element} element
 * @param {string} html  its new inner HTML
 * @returns {boolean}  whether it differs from the last one
 */
export function patch(element, html) {
  if (element.htmlShown === html) return false;
  element.htmlShown = html;
  const template = document.createElement("template");
  template.innerHTML = html;
  children(element, template.content);
  return true;
}

function children(old, wanted) {
  const [have, want] = [[...old.childNodes], [...wanted.childNodes]];
  want.forEach((node, n) => {
    if (!have[n]) old.append(node);
    else if (!same(have[n], node)) have[n].replaceWith(node);
    else if (node.nodeType === Node.TEXT_NODE) {
      if (have[n].data !== node.data) have[n].data = node.data;
    } else {
      attributes(have[n], node);
      children(have[n], node);
    }
  });
  for (const extra of have.slice(want.length)) extra.remove();
}

const same = (one, other) => one.nodeType === other.nodeType && one.nodeName === other.nodeName;

function attributes(old, wanted) {
  for (const { name, value } of wanted.attributes)
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  for (const { name } of [...old.attributes]) if (!wanted.hasAttribute(name)) old.removeAttribute(name);
}
