// Dialogs of a ticket's page: the question before a ticket is lost, and merging. Without script the question stands in
// the page, and merging is a page of its own.
function openQuestion() {
  const question = document.querySelector("dialog[data-asks][open]:not(:modal)")
  if (!question) return
  question.close()
  question.showModal()
  question.addEventListener("cancel", () => location.assign(question.dataset.asks))
}

document.addEventListener("htmx:afterSettle", (event) => {
  openQuestion()
  const merging = document.getElementById("merge-dialog")
  if (event.detail.target?.id === "merge-body" && !merging.open) merging.showModal()
})
openQuestion()
