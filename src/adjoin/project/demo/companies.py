"""Who works at the two example companies, who their customers are, and what they sell."""

from __future__ import annotations

from dataclasses import dataclass, field

from adjoin.people.terms import Role

PASSWORD = "kettle-and-tent"  # noqa: S105 (everybody in the demo has it, and it is printed at the start)


@dataclass(frozen=True)
class Person:
    """Somebody of the demo. `about` is a sentence for whoever tries the demo; those with one may sign in."""

    name: str
    email: str
    role: Role = Role.END_USER
    about: str = ""
    brands: tuple[str, ...] = ()  # agents; none given: every brand
    groups: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()
    is_light: bool = False
    is_owner: bool = False


@dataclass(frozen=True)
class Firm:
    """A customer organization."""

    name: str
    shared_tickets: bool = False
    shared_comments: bool = False
    domain: str = ""
    notes: str = ""


@dataclass(frozen=True)
class Company:
    """One account with everything that is special about it."""

    subdomain: str
    name: str
    default_brand: dict[str, str]
    people: tuple[Person, ...]
    firms: tuple[Firm, ...]
    groups: dict[str, tuple[str, bool]]  # name: (description, whether everybody may see its tickets)
    products: dict[str, tuple[str, ...]]
    tickets: int
    strangers: int  # customers who are made up and never sign in
    seed: int
    more_brands: dict[str, dict[str, str]] = field(default_factory=dict)  # subdomain: looks

    @property
    def who_sign_in(self) -> list[Person]:
        return [person for person in self.people if person.about]


ACME = Company(
    subdomain="acme",
    name="Acme",
    default_brand={
        "name": "Acme Home",
        "tagline": "Small appliances for good kitchens",
        "colour": "#0b7a75",
        "admission": "open",  # strangers ask, and confirm their address first
    },
    more_brands={
        "acme-outdoor": {"name": "Acme Outdoor", "tagline": "Tents, packs and quiet nights", "colour": "#4d7c0f"}
    },
    people=(
        Person(
            "Ada Lindqvist",
            "ada@acme.example",
            Role.ADMIN,
            "Acme's admin: every brand, sharing settings, who may see what",
            groups=("Returns", "Legal"),
            is_owner=True,
        ),
        Person(
            "Ana Costa",
            "ana@acme.example",
            Role.AGENT,
            "Agent of both brands, handles returns; shares and unshares tickets",
            groups=("Returns", "Outdoor specialists"),
        ),
        Person(
            "Hanna Weiss",
            "hanna@acme.example",
            Role.AGENT,
            "Agent of Acme Home only: sees no ticket of Acme Outdoor",
            brands=("Acme Home",),
            groups=("Returns", "Legal"),
        ),
        Person(
            "Ben Okafor",
            "ben@acme.example",
            Role.AGENT,
            "Agent of Acme Outdoor only: sees no ticket of Acme Home",
            brands=("Acme Outdoor",),
            groups=("Outdoor specialists",),
        ),
        Person("Tom Reyes", "tom@acme.example", Role.AGENT, brands=("Acme Home",), groups=("Returns",)),
        Person("Priya Nair", "priya@acme.example", Role.AGENT, brands=("Acme Home",)),
        Person(
            "Jonas Berg", "jonas@acme.example", Role.AGENT, brands=("Acme Outdoor",), groups=("Outdoor specialists",)
        ),
        Person(
            "Lena Park",
            "lena@acme.example",
            Role.AGENT,
            "Light agent in finance: reads both brands, writes private notes only",
            is_light=True,
        ),
        Person(
            "Nora Quinn",
            "nora@harbour-hotels.example",
            Role.END_USER,
            "Customer: housekeeping at Harbour Hotels, whose people see each other's requests",
            organizations=("Harbour Hotels",),
        ),
        Person(
            "Maya Fischer",
            "maya@harbour-hotels.example",
            Role.END_USER,
            "Customer in two organizations: Harbour Hotels and Trailhead Rentals",
            organizations=("Harbour Hotels", "Trailhead Rentals"),
        ),
        Person(
            "Oskar Lund",
            "oskar@northside.example",
            Role.END_USER,
            "Customer at Northside Schools, whose requests stay with whoever asked",
            organizations=("Northside Schools",),
        ),
        Person("Carl Bennett", "carl.bennett@mail.example", Role.END_USER, "Customer on his own, no organization"),
        Person("Ines Duarte", "ines@harbour-hotels.example", organizations=("Harbour Hotels",)),
        Person("Paul Novak", "paul@harbour-hotels.example", organizations=("Harbour Hotels",)),
        Person("Greta Holm", "greta@northside.example", organizations=("Northside Schools",)),
        Person("Sam Whitaker", "sam@northside.example", organizations=("Northside Schools",)),
        Person("Rosa Marin", "rosa@trailhead.example", organizations=("Trailhead Rentals",)),
        Person("Finn Keller", "finn@trailhead.example", organizations=("Trailhead Rentals",)),
        Person("Yuki Tanaka", "yuki@brightwater.example", organizations=("Brightwater Offices",)),
        Person("Claire Dubois", "claire@brightwater.example", organizations=("Brightwater Offices",)),
        Person("Viktor Sokol", "viktor@crumb-cafes.example", organizations=("Crumb Cafés",)),
        Person("Elif Arslan", "elif@crumb-cafes.example", organizations=("Crumb Cafés",)),
    ),
    firms=(
        Firm(
            "Harbour Hotels",
            True,
            True,
            "harbour-hotels.example",
            "Six houses on the coast. Contact for purchasing: Maya.",
        ),
        Firm(
            "Northside Schools",
            False,
            False,
            "northside.example",
            "Each school orders for itself and keeps it that way.",
        ),
        Firm("Trailhead Rentals", True, False, "trailhead.example", "Framework contract for rental stock, 15 %."),
        Firm("Brightwater Offices", False, False, "brightwater.example"),
        Firm("Crumb Cafés", True, True, "crumb-cafes.example", "Eleven cafés, opens two a year."),
    ),
    groups={
        "Returns": ("Warranty, returns and repairs.", True),
        "Outdoor specialists": ("People who have slept in what they sell.", True),
        "Legal": ("Safety and claims: its tickets are for its members and admins.", False),
    },
    products={
        "kettle": ("Alba kettle", "Alba Mini kettle", "Brio gooseneck kettle"),
        "toaster": ("Duo toaster", "Quattro toaster"),
        "grinder": ("Crema coffee grinder",),
        "lamp": ("Lumo desk lamp", "Lumo floor lamp"),
        "fan": ("Vento fan",),
        "oven": ("Forno mini oven",),
        "tent": ("Fjord 2 tent", "Fjord 4 family tent", "Solo tent"),
        "sleeping bag": ("Tundra sleeping bag", "Meadow sleeping bag"),
        "mat": ("Loft sleeping mat",),
        "stove": ("Ember camp stove",),
        "backpack": ("Ridge 40 backpack", "Ridge 60 backpack"),
        "torch": ("Beacon head torch",),
        "cool box": ("Creek cool box",),
    },
    tickets=280,
    strangers=46,
    seed=20260304,
)

MAKER = Company(
    subdomain="maker",
    name="Maker",
    default_brand={"name": "Maker", "tagline": "We make what boils, browns and grinds", "colour": "#9a3412"},
    people=(
        Person(
            "Mira Sato",
            "mira@maker.example",
            Role.ADMIN,
            "Maker's admin: accepts and ends sharing agreements",
            groups=("Repairs", "Engineering"),
            is_owner=True,
        ),
        Person(
            "Max Brandt",
            "max@maker.example",
            Role.AGENT,
            "Maker's agent: answers warranty claims that Acme shares",
            groups=("Repairs",),
        ),
        Person("Leila Haddad", "leila@maker.example", Role.AGENT, groups=("Repairs", "Engineering")),
        Person(
            "Olli Virtanen",
            "olli@virtanen-repairs.example",
            Role.END_USER,
            "Maker's own customer: runs a repair shop",
            organizations=("Virtanen Repairs",),
        ),
        Person("Aino Virtanen", "aino@virtanen-repairs.example", organizations=("Virtanen Repairs",)),
        Person("Marc Lefevre", "marc@cuisine-plus.example", organizations=("Cuisine Plus",)),
        Person("Zoe Martin", "zoe@cuisine-plus.example", organizations=("Cuisine Plus",)),
        Person("Anton Weber", "anton@elektro-weber.example", organizations=("Elektro Weber",)),
    ),
    firms=(
        Firm("Virtanen Repairs", True, True, "virtanen-repairs.example"),
        Firm("Cuisine Plus", True, False, "cuisine-plus.example", "Chain of 14 shops."),
        Firm("Elektro Weber", False, False, "elektro-weber.example"),
    ),
    groups={
        "Repairs": ("The workshop.", True),
        "Engineering": ("Faults and their causes: for its members and admins.", False),
    },
    products={
        "kettle": ("Alba kettle", "Alba Mini kettle", "Brio gooseneck kettle"),
        "toaster": ("Duo toaster", "Quattro toaster"),
        "grinder": ("Crema coffee grinder",),
    },
    tickets=70,
    strangers=9,
    seed=20260305,
)

COMPANIES = (ACME, MAKER)

FIRST_NAMES = (
    "Agnes", "Alan", "Amira", "Andrej", "Beatriz", "Bruno", "Cara", "Daniel", "Dora", "Edwin", "Emma", "Farid",
    "Gwen", "Hugo", "Ida", "Ivan", "Jasmin", "Jorge", "Kaja", "Kofi", "Laila", "Liam", "Lucia", "Malik", "Martha",
    "Nils", "Noor", "Olga", "Oscar", "Petra", "Quentin", "Rafael", "Ruth", "Sara", "Simon", "Tara", "Theo", "Ulla",
    "Vera", "Wanda", "Xavier", "Yara", "Zeno",
)  # fmt: skip
LAST_NAMES = (
    "Ahmed", "Baker", "Castillo", "Dahl", "Egger", "Fontaine", "Garcia", "Hansen", "Ibrahim", "Jensen", "Kaya",
    "Larsen", "Moreno", "Nowak", "Olsen", "Pereira", "Quist", "Rossi", "Schmidt", "Turner", "Ueda", "Varga", "Walsh",
    "Young", "Zimmer",
)  # fmt: skip
CITIES = ("Aarhus", "Bergen", "Cork", "Dresden", "Ghent", "Graz", "Leeds", "Lyon", "Malmö", "Porto", "Turin", "Utrecht")
