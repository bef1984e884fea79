// The box above a list that ticks all of it: `data-ticks` names the boxes it is for.
const whole = document.querySelector("[data-ticks]")
const boxes = () => [...(whole?.form.elements ?? [])].filter((one) => one.name === whole.dataset.ticks)

function tell() {
  const ticked = boxes().filter((one) => one.checked).length
  whole.checked = ticked > 0 && ticked === boxes().length
  whole.indeterminate = ticked > 0 && !whole.checked
}

whole?.form.addEventListener("change", (event) => {
  if (event.target === whole) for (const one of boxes()) one.checked = whole.checked
  tell()
})
if (whole) tell() // browsers keep ticks when one goes back
