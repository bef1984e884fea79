// An editor around the text field of an article. Without script the field itself is there, with its HTML.
import {
  Blockquote, Bold, BulletList, Document, Editor, Gapcursor, HardBreak, Heading, History, HorizontalRule, Image, Italic,
  Link, ListItem, OrderedList, Paragraph, Strike, Table, TableCell, TableHeader, TableRow, Text, Underline,
} from "../django_prose_editor/editor.js"

const EXTENSIONS = [
  Blockquote, Bold, BulletList, Document, Gapcursor, HardBreak, Heading.configure({ levels: [2, 3, 4] }), History,
  HorizontalRule, Image, Italic, Link.configure({ openOnClick: false }), ListItem, OrderedList, Paragraph, Strike,
  Table, TableCell, TableHeader, TableRow, Text, Underline,
]
const DONE = {
  bold: (chain) => chain.toggleBold(),
  italic: (chain) => chain.toggleItalic(),
  heading2: (chain) => chain.toggleHeading({ level: 2 }),
  heading3: (chain) => chain.toggleHeading({ level: 3 }),
  bulletList: (chain) => chain.toggleBulletList(),
  orderedList: (chain) => chain.toggleOrderedList(),
  blockquote: (chain) => chain.toggleBlockquote(),
  table: (chain) => chain.insertTable({ rows: 3, cols: 2, withHeaderRow: true }),
  undo: (chain) => chain.undo(),
  redo: (chain) => chain.redo(),
}
const IS_ON = { heading2: ["heading", { level: 2 }], heading3: ["heading", { level: 3 }] }

class ArticleEditor extends HTMLElement {
  connectedCallback() {
    if (this.editor) return
    this.field = this.querySelector("textarea")
    this.place = document.createElement("div")
    this.field.before(this.place)
    this.editor = new Editor({
      element: this.place,
      extensions: EXTENSIONS,
      content: this.field.value,
      injectCSS: false, // the policy allows no styles but our files
      editorProps: { attributes: { class: "ProseMirror prose", role: "textbox", "aria-multiline": "true", "aria-labelledby": "body-label" } },
      onUpdate: () => (this.field.value = this.editor.getHTML()),
      onTransaction: () => this.press(),
    })
    this.field.hidden = true
    this.addEventListener("click", (event) => this.act(event.target.closest("[data-do]")?.dataset.do))
    this.querySelector("[type=file]").addEventListener("change", (event) => this.send(event.target))
  }

  disconnectedCallback() {
    this.editor?.destroy()
    this.editor = null
  }

  act(what) {
    if (DONE[what]) DONE[what](this.editor.chain().focus()).run()
    else if (what === "link") this.askForAddress()
    else if (what === "setLink") this.setLink()
    else if (what === "picture") this.querySelector("[type=file]").click()
  }

  askForAddress() {
    const asks = this.querySelector(".editor-bar__link")
    const address = asks.querySelector("input")
    address.value = this.editor.getAttributes("link").href ?? ""
    asks.hidden = false
    address.focus()
  }

  setLink() {
    const asks = this.querySelector(".editor-bar__link")
    const href = asks.querySelector("input").value.trim()
    const chain = this.editor.chain().focus().extendMarkRange("link")
    ;(href ? chain.setMark("link", { href }) : chain.unsetMark("link")).run()
    asks.hidden = true
  }

  async send(input) {
    if (!input.files.length) return
    const form = new FormData()
    form.append("file", input.files[0])
    form.append("inline", "1")
    form.append("article", this.getAttribute("article") ?? "")
    const token = this.closest("form").querySelector("[name=csrfmiddlewaretoken]").value
    const answer = await fetch(this.getAttribute("upload"), { method: "POST", body: form, headers: { "X-CSRF-Token": token } })
    input.value = ""
    if (!answer.ok) return
    const { url, is_image: isImage } = await answer.json()
    if (isImage) this.editor.chain().focus().insertContent({ type: "image", attrs: { src: url } }).run()
  }

  press() {
    for (const button of this.querySelectorAll("[data-do][aria-pressed]")) {
      const [name, how] = IS_ON[button.dataset.do] ?? [button.dataset.do]
      button.setAttribute("aria-pressed", String(this.editor?.isActive(name, how) ?? false))
    }
  }
}
customElements.define("article-editor", ArticleEditor)
