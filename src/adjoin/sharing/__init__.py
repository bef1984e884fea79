"""Sharing tickets with another company. Each folder may import the ones below it:

urls, registering   what the rest of the desk sees
wire, conformance   the protocol's door in, and a program that tries other people's
journal             what was sent and what came in, to look up
agreements, shares  what people do: with a partner, with one ticket
receiving           what a partner says, made into changes of ours
delivery            queues, sending, what an answer means
crossing            what crosses, and in which words
history             what happened to an agreement
models, addresses, terms
"""
