"""What is said when a place is not found, not settled, or found with a doubt. Sentences only."""

from django.utils.translation import gettext_lazy as _

# ---- Not found: what to do
NO_PLACE = _("No place was given. Write a city and state, a county and state, a ZIP, a state or a country.")
NO_ADDRESS = _("No address is recorded. Enter a ZIP, or a city and state.")
NOT_LOADED = _("No legal reference data is loaded. Run load_reference first.")
UNKNOWN_NAME = _(
    "No place called “%(name)s” is known. Write a city and state such as “Memphis, TN”, a ZIP, a state or a country."
)
UNKNOWN_STATE = _("“%(name)s” is not a state or country we know. Write the state's two letters, or the country's name.")
UNKNOWN_COUNTRY = _("“%(name)s” is not a country we know. Write its name or its two letters.")
UNKNOWN_COUNTY = _("No county “%(county)s” is known in %(state)s. Check the spelling, or give a ZIP.")
UNKNOWN_FIPS = _(
    "No county has the FIPS number %(number)s. It has five digits, two for the state and three for the county. "
    "Check it, or write the county and state."
)
UNKNOWN_CITY = _(
    "No city or county “%(name)s” is known in %(state)s. Check the spelling, give a ZIP, or the state alone."
)
UNKNOWN_ZIP = _("ZIP %(zip)s is not in the table. Check it, or write city and state.")
ZIP_MILITARY = _(
    "ZIP %(zip)s is a military or diplomatic address (APO, FPO, DPO): it does not say in which country or state the "
    "person lives. Write the place where the person lives. All services forbid use, whatever the law there."
)
MILITARY = _(
    "A military or diplomatic address (APO, FPO, DPO) does not say in which country or state the person lives. Write "
    "the place where the person lives. All services forbid use, whatever the law there."
)
TRIBAL = _(
    "No tribal law is held here. That is not evidence that there is no rule: ask the tribe. For the state around it, "
    "write the city and state, or the county and state."
)
FOREIGN_POSTCODE = _(
    "“%(name)s” looks like a postcode of another country. Write the country, with the city if you like: “Leeds, United "
    "Kingdom”."
)
ZIP_OUTSIDE = _("ZIP %(zip)s lies outside the states and territories we hold. Write the place where the person lives.")
ZIP_OTHER_STATE = _("ZIP %(zip)s is in %(there)s; the state given is %(state)s. Correct one of them.")
OUTSIDE = _("%(place)s lies outside the states and territories we hold.")

# ---- Several: what is not settled
SEVERAL_NAMES = _("“%(name)s” is the code or name of more than one place.")
SEVERAL_PLACES = _("“%(name)s” is the name of several places.")
SEVERAL_COUNTIES = _("%(city)s, %(state)s lies in several counties, or several places bear the name.")
SEVERAL_IN_ZIP = _("ZIP %(zip)s is used for several places with different rules.")
TWO_COUNTIES = _("More than one county fits “%(county)s”.")

# ---- Found: what is in doubt
STATE_ONLY = _("State only: a county or city may have a stricter rule. Ask for the city.")
COUNTY_ONLY = _("County only: a city or town in it may have a stricter rule. Ask for the city.")
FEDERAL_ONLY = _("Federal level only: every state has its own law. Give a state or city.")
NATIONAL_ONLY = _("National rows only: regions and towns may have rules of their own.")
FEDERAL_LAND = _(
    "Federal land or a federal facility: federal Schedule I rules apply there as everywhere, and the rules of its "
    "agency may bar leaf too. Those house rules are not held here."
)
TRIBAL_LAND = _("No tribal law is held here; that is not evidence that there is no rule. Ask the tribe.")
BEFORE_TABLE = _(
    "The tables put no date to anything here before %(day)s. An earlier day has no firm answer: a row whose first day "
    "is not known may have begun after it."
)
READ_AS_STATE = _("Read as the state; for the country of that name or code no row is held.")
NO_COUNTRY_ROW = _("No row is held for %(country)s. That is not evidence that kratom is lawful there.")
NO_LOCAL_ROW = _("No local rule is on file for %(places)s. That is not evidence that there is no local rule.")
NO_STATE_ROW = _("%(substance)s: no row of %(state)s covers that day; that is not evidence that it is lawful.")
NO_STATE_ROW_THEN = _("%(substance)s: no row of %(state)s covers that day; that is not evidence that it was lawful.")
OR = _(" or ")
MANY_COUNTIES = _("%(city)s reaches into several counties (%(counties)s); no row is held for any of them.")
COUNTY_NOT_KNOWN = _("No county “%(county)s” is known in %(state)s: check it.")
CITY_NOT_IN_COUNTY = _("%(city)s is not known as a place in %(county)s: check both.")
UNINCORPORATED_ONLY = _("%(county)s's rule binds unincorporated land only: inside a city's limits it does not apply.")
UNINCORPORATED_OR_CITY = _(
    "%(county)s's rule binds unincorporated land only; it is counted here. "
    "Find out whether the address lies inside the limits of %(city)s."
)
COUNTY_RULE = _(
    "A county rule usually binds unincorporated land only; %(county)s's is counted here. Check the city too."
)
ZIP_NOT_IN_TABLE = _("ZIP %(zip)s is not in the table; the city, county and state were used.")
ZIP_OTHER_CITY = _("ZIP %(zip)s is usually %(there)s, not %(given)s: check the address. What was written was used.")
ZIP_CROSSES = _("A ZIP follows mail routes and can cross city, county and state lines: confirm all three.")
