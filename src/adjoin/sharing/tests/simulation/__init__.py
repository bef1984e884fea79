"""Three desks, people who work at them, and a network that cannot be relied on: everything from one seed.

clocks      one time for the world, and a clock of each desk's own that is wrong
world       the three desks and the agreements between them, made once
names       uuids and keys, the same each time
network     loses, delays, repeats and reorders requests, and loses answers
life        what people do, step by step
undoing     what they take back: words, files, comments, agreements
memory      what they did, for the end to be measured by
truth       what must hold once the network has healed and the queues are empty
playing     seeds, from beginning to end
"""
