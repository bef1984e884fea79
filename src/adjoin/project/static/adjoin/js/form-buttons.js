// What a button of a form asks for has the whole form in it: a change that waited to be sent must not take its place.
document.addEventListener("htmx:confirm", (event) => {
  const form = event.target.closest("form")
  if (event.target.matches("select") && form?.querySelector("button.htmx-request")) event.preventDefault()
})
