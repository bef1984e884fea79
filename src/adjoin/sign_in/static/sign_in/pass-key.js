// <pass-key data-does="create|get" data-options="…|" data-ask="/address/of/options/"> inside a form: its button has the
// browser make or use a passkey, puts what comes back into the form's `credential` field, and sends the form.
import { say } from "../adjoin/js/words.js"

class PassKey extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector("button")
    this.problem = this.querySelector("[data-problem]")
    if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) return this.say(say("This browser knows no passkeys."))
    this.button.addEventListener("click", (event) => {
      event.preventDefault()
      this.go().catch((error) => this.say(error.name === "NotAllowedError" ? say("Nothing was chosen. Try again.") : say("That did not work. Try again.")))
    })
  }

  async go() {
    this.say("")
    const options = (await this.options()).publicKey
    const credential = this.dataset.does === "create" ? await this.create(options) : await this.get(options)
    const form = this.closest("form")
    form.elements.credential.value = JSON.stringify(credential.toJSON())
    form.submit()
  }

  async options() {
    if (this.dataset.options) return JSON.parse(this.dataset.options)
    const answer = await fetch(this.dataset.ask, { headers: { Accept: "application/json" } })
    return (await answer.json()).request_options
  }

  create(options) {
    const passwordless = this.closest("form").elements.passwordless?.checked ?? false
    const wanted = { ...options.authenticatorSelection, residentKey: passwordless ? "required" : "discouraged", requireResidentKey: passwordless }
    if (passwordless) wanted.userVerification = "required"
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON({ ...options, authenticatorSelection: wanted })
    return navigator.credentials.create({ publicKey })
  }

  get(options) {
    return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) })
  }

  say(words) {
    this.problem.textContent = words
    this.problem.hidden = !words
  }
}
customElements.define("pass-key", PassKey)
