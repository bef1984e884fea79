// What every page wakes up with. Each element is a file of its own.
import "./relative-time.js"
import "./toast-note.js"
import "./menus.js"
import "./form-buttons.js"
import "./problems.js"
import "./signing-out.js"
