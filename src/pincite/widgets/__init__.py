"""What can be worked out at a glance, without looking anything up? Each widget answers fully, or stays silent.

One file a widget: it defines ``WIDGET``. A widget reads a question by a grammar that must take in every word of it;
what is left over, or could mean something else, is a question for the search. No widget asks the network.
"""
