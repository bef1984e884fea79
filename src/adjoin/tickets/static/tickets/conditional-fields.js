// <conditional-fields data-conditions='[{"parent", "value", "children"}]'>: hides each [data-field] that is a child of
// conditions none of which holds. Without script all of them are there; the server leaves out what does not count.
class ConditionalFields extends HTMLElement {
  connectedCallback() {
    this.conditions = JSON.parse(this.dataset.conditions || "[]")
    this.addEventListener("change", () => this.show())
    this.show()
  }

  show() {
    const children = new Set(this.conditions.flatMap((one) => one.children))
    const hidden = new Set(children)
    for (let step = 0; step < this.conditions.length; step += 1) {
      for (const one of this.conditions) {
        if (!hidden.has(one.parent) && this.holds(one)) for (const child of one.children) hidden.delete(child)
      }
    }
    for (const part of this.querySelectorAll("[data-field]")) part.hidden = hidden.has(part.dataset.field)
  }

  holds({ parent, value }) {
    const inputs = [...this.querySelectorAll(`[name="${parent}"]`)]
    if (typeof value === "boolean") return inputs.some((input) => input.checked) === value
    return inputs.some((input) => {
      if (input.type === "checkbox") return input.checked && input.value === value
      return input.selectedOptions ? [...input.selectedOptions].some((one) => one.value === value) : input.value === value
    })
  }
}

customElements.define("conditional-fields", ConditionalFields)
