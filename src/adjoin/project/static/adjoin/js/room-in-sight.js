// On a phone the rooms of the settings stand in one row that scrolls: bring the one that is open into sight.
const rooms = document.querySelector(".rooms__list")
const open = rooms?.querySelector("[aria-current]")
if (open) {
  const before = open.getBoundingClientRect().left - rooms.getBoundingClientRect().left
  rooms.scrollLeft += before - (rooms.clientWidth - open.offsetWidth) / 2
}
