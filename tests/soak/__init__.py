"""The live bot under everything at once, for as long as one likes; `python -m tests.soak`.

`library` is what stands in the corpus, and when; `crowd` and `operator` what people do;
`troubles` what breaks; `memory` what the process holds; `judging` what came of it; `running` puts
them together. A run is a seed and a length: what is done is drawn by chance from the seed, when it
is done depends on the clock, so that the same seed asks the same and does not race the same.
"""
