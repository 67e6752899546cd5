"""What warnings and refusals say, one sentence for each code.

The sentences are message ids of the interface's catalogue, so that pages can show them in another language; the part of
a code before the colon is the warning's type, which stays stable for programs.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["INTERVAL_KINDS", "WORDING"]

INTERVAL_KINDS = (
    "profile",
    "wald",
    "wald-log",
    "log-normal",
    "log-normal bootstrap",
    "bca",
    "percentile",
    "credible",
    "model-averaged",
    "over-linkage-draws",
    "partly-pooled",
    "none",
)
"""How an interval came about; every result names one of them."""

WORDING: Mapping[str, str] = {
    # Refusals: these lists cannot say.
    "no-overlap": "Nobody is on more than one list, so nothing tells how many are on none.",
    "no-overlap:both": "Nobody is on both lists, so nothing bounds the number of people on neither.",
    "no-overlap:bound": "Nobody is on more than one list, so even a lower bound has nothing to rest on.",
    "no-overlap:coverage": "The overlaps are too small to say what share of the chances the lists cover.",
    "one-list": "Only one of the lists holds anybody, so nothing overlaps.",
    "one-list:empty": "A list holds nobody.",
    "needs-two-lists": "This method is for two lists; there are {lists}.",
    "needs-three-lists": "This version is for three lists; there are {lists}.",
    "too-few-lists": "This method needs three lists or more.",
    "too-few-lists:classes": "Classes of people cannot be told apart with two lists.",
    "too-few-lists:series": "Newly seen people on two lists at least are needed.",
    "too-many-lists": "This method is for up to {most} lists.",
    "not-identified": "The people on no list are not determined: too few combinations of lists hold anybody for this "
    "model.",
    "not-identified:unbounded": "The estimate grows without bound: the lists give it no upper end.",
    "not-identified:no-model": "No model among those tried determines the people on no list.",
    "not-identified:unsettled": "The estimate does not settle on these lists.",
    "not-identified:infinite": "The estimate has no finite value.",
    "not-identified:prior": "The lists do not bound the number of unseen people; only the prior would.",
    "not-identified:negative": "The fit puts a negative number of people on no list; the model's story does not fit "
    "these lists.",
    "not-identified:improper": "With flat priors the posterior is not a proper distribution on these lists.",
    "not-identified-in-draws": "In {share:.0%} of the ways in which the lists may be linked, they cannot say.",
    "negative-estimate": "The later lists do not bring fewer new people than the earlier ones, so the series has no "
    "end.",
    "below-observed": "The model puts fewer people in the population than the lists hold, so it does not fit them.",
    "chains-disagree": "The sampler's chains tell different stories (R-hat {r_hat:.2f}), so none can be believed.",
    "few-overlaps:pair": "No two lists share five people or more.",
    "too-many-values": "The covariates divide the people into {groups:,} groups, too many for {people:,} people.",
    "no-finite-interval": "The lists give the number of unseen people no upper end.",
    "no-finite-interval:series": "The series of newly seen people gives no upper end.",
    "no-finite-interval:models": "The models together give no upper end.",
    "no-finite-interval:samples": "In {share:.0%} of samples like this one the lists give no upper end.",
    "no-finite-interval:often": "In samples like this one the estimate often has no finite value.",
    # About one estimate.
    "lower-bound": "This is a lower bound: it holds if chances of being listed differ between people, not if lists "
    "avoid each other's people.",
    "negative-heterogeneity": "The fitted heterogeneity is negative: no mixture of people with different chances gives "
    "these counts, so this model's story does not fit them.",
    "order-of-lists-matters": "This model takes the lists as occasions in time, in the order given.",
    "few-parameters": "Sample coverage sums up all differences between people in one number; it errs where lists "
    "differ much in whom they reach.",
    "extended-estimate": "Some combinations of lists are put at exactly zero, because the data would push them there "
    "without end.",
    "extended-estimate:pairs": "Lists that share nobody ({pairs}) are taken as excluding each other's people.",
    "not-all-models": "There are too many models to fit them all; interactions were added one at a time while the "
    "criterion fell.",
    "not-all-models:graphs": "There are too many graphs to weigh them all; {graphs:,} of the heaviest were found by a "
    "search.",
    "not-all-models:top": "In each bootstrap sample the choice was among the {models:,} models that fit the data best.",
    "model-chosen-from-data": "The model was chosen by {criterion} from the same data; the interval takes it as given "
    "and is too narrow for that.",
    "model-chosen-from-data:steps": "The interval takes the selected model as given and is too narrow for that.",
    "prior-bounds-estimate": "{share:.1%} of the posterior lies at the largest number of unseen people considered "
    "({most:,}): the prior, not the lists, sets the upper end.",
    "prior-matters": "Another prior on the total moves this estimate from {total:,.0f} to {other:,.0f}: the lists do "
    "not outweigh the prior.",
    "sampler": "R-hat {r_hat:.3f}, effective size {size:,.0f} of {draws:,} draws.",
    "sampler-not-settled": "The chains have not settled: give more sweeps before quoting this estimate.",
    "no-covariates": "No covariates were given, so this is the plain two-list estimate.",
    "wide-interval": "The upper end of the interval is over three times the lower.",
    "wide-interval:estimate": "The interval is wider than the estimate itself.",
    "mostly-extrapolated": "{share:.0%} of this number are people whom nobody saw; it rests on the model.",
    "interval-widened": "The interval left out the estimate itself and was widened to hold it; the two come from "
    "different views of the data.",
    "partly-pooled": "This stratum was drawn towards the others.",
    "linkage-included": "Over {draws:,} ways of linking the lists the estimate alone runs from {low:,.0f} to "
    "{high:,.0f}.",
    "simulated-coverage": "In {worlds:,} worlds drawn to look like these lists this method's interval held the truth "
    "in {held:.0%}.",
    "simulated-coverage:low": "In {worlds:,} worlds drawn to look like these lists this method's interval held the "
    "truth in only {held:.0%}, though it promises {level:.0%}.",
    # About the lists, whatever the method.
    "empty-list": "The list {name} holds nobody.",
    "list-inside-another": "Everybody on {inner} is also on {outer}: one may be copied or referred from the other, and "
    "then they are one list.",
    "few-overlaps": "Only {people:,} people are on more than one list; the whole estimate rests on them.",
    "unstable-without-a-list": "Leaving out one list moves the estimate from {low:,.0f} to {high:,.0f} (all lists "
    "taken as independent).",
    "unstable-over-models": "Models that fit the lists about as well give from {low:,.0f} to {high:,.0f} people.",
    "one-record-decides": "Without a single overlap these lists could not say.",
    "one-record-matters": "If one person found on several lists were two people, the estimate would move by "
    "{share:.0%}. Check the rarest overlaps by hand.",
    "false-links": "If {rate:.0%} of the overlaps were false links, the estimate would be about {total:,.0f} instead "
    "of {whole:,.0f} (all lists taken as independent).",
    "unknown-dependence": "What no table can show: if all lists together depended on each other by a factor of "
    "{factor:g} more or less than this model assumes, the total would lie between {low:,.0f} and {high:,.0f}.",
    "people-differ": "More people are on three lists or more than independent lists and equal chances would put there "
    "({seen:,} against {expected:,.0f}): chances differ between people, or lists refer to each other. Estimates that "
    "ignore it are too low.",
    "lists-share-people": "{first} and {second} share far more people than chance would (odds ratio {ratio:.1f}): one "
    "may refer people to the other. Taking them as independent makes the estimate too low.",
    "lists-avoid-each-other": "{first} and {second} share far fewer people than chance would (odds ratio {ratio:.2f}): "
    "they may reach different people. Taking them as independent makes the estimate too high.",
    "referral": "{share:.0%} of the people on {inner} are also on {outer}, against {elsewhere:.0%} of the people on "
    "other lists: {inner} may be filled by referral from {outer}.",
    "published-criticism:sparse": "Fewer than one person in ten is on more than one list. Estimates from such tables "
    "of trafficked people have been called unreliable: Whitehead and others (2019), J. Human Trafficking; Binette and "
    "Steorts (2022), J. R. Stat. Soc. A 185.",
    "published-criticism:assumption": "How lists depend on each other among people whom nobody listed cannot be "
    "checked on any table, and it decides the number: Aleshin-Guendel, Sadinle and Wakefield (2024), Biometrics 80.",
    "methods-disagree": "The methods give from {low:,.0f} to {high:,.0f} people. The lists alone do not say which is "
    "right; agreement would be no proof either (in a hepatitis outbreak where most methods missed it, a later "
    "screening found 545 people: Chao and others 2001).",
}
