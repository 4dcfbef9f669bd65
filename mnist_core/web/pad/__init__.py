"""The pad that one draws on, and the strip of the last drawings below it.

``pad.js`` is what it does. Beside it lie the parts that know no page: ``points`` and ``keys`` say
where a pen goes, ``painting`` how wide it is.
"""
