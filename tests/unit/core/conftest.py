from hypothesis import settings

# The same examples on every run, and no deadline: the first example pays for imports on a busy machine.
settings.register_profile("tagwork", deadline=None, derandomize=True)
settings.load_profile("tagwork")
