"""The therapists of the demo practice. All made up; any likeness is chance."""

from booking.demo.person import DemoTherapist

_WEEKDAYS = "mon tue wed thu fri"

THERAPISTS = (
    DemoTherapist(
        name="Amara Okafor",
        credentials="PsyD",
        title="Psychologist",
        pronouns="she/her",
        zone="America/Los_Angeles",
        statement=(
            "I help people slow racing thoughts and get sleep back. We go at your pace, always."
        ),
        about=(
            "We begin with what is hardest right now. I listen first. Then we choose together "
            "what to try, and look every few weeks at whether it helps."
        ),
        states="AZ CA NV OR WA",
        needs="anxiety panic sleep life_changes",
        approaches="cbt act mindfulness",
        languages="en ig",
        insurers="aetna cigna self_pay",
        identities="woman black immigrant",
        ages="adults older_adults",
        access="captions chat_only phone",
        hours=("mon tue 8:00-12:00", "mon tue wed 13:00-18:00", "fri 9:00-15:00"),
        price=140,
    ),
    DemoTherapist(
        name="Daniel Reyes",
        credentials="LCSW",
        title="Clinical social worker",
        pronouns="he/him",
        zone="America/Phoenix",
        statement=(
            "Straight talk and practical tools for worry, work stress and being a new parent."
        ),
        about=(
            "You bring one thing that gets in the way this week. We take it apart, and you "
            "leave with something to try at home or at work."
        ),
        states="AZ NM CO",
        needs="anxiety work_stress parenting relationships",
        approaches="cbt motivational solution_focused",
        languages="en es",
        insurers="aetna bcbs medicaid self_pay",
        identities="man latino",
        ages="teens adults",
        hours=("mon wed 10:00-14:00", "tue thu 12:00-20:00", "sat 9:00-12:00"),
        price=125,
        sliding_from=60,
        intake_needs_approval=True,
        together="group",
    ),
    DemoTherapist(
        name="Wren Begay",
        credentials="LPC",
        title="Professional counselor",
        pronouns="they/them",
        zone="America/Phoenix",
        statement=(
            "A calm, queer-affirming space. I grew up Diné and work with people between two worlds."
        ),
        about=(
            "You set the pace. We start with what keeps you steady, and go near the hard "
            "memories only when you say so."
        ),
        states="AZ NM UT",
        needs="anxiety identity grief trauma",
        approaches="emdr narrative somatic",
        languages="en nv",
        insurers="aetna medicaid self_pay",
        identities="nonbinary lgbtq native",
        faiths="spiritual",
        ages="teens adults",
        hours=("mon 12:00-18:00", "tue thu 15:00-20:00"),
        price=110,
        sliding_from=50,
    ),
    DemoTherapist(
        name="Priya Shah",
        credentials="LMFT",
        title="Marriage and family therapist",
        pronouns="she/her",
        zone="America/Los_Angeles",
        statement="Worry often shows up between people. I see individuals and couples.",
        about=(
            "I ask who else is in the room, even when you come alone. We look at how you talk "
            "with each other, and practice it here."
        ),
        states="AZ CA",
        needs="anxiety relationships family",
        approaches="eft gottman family_systems",
        languages="en gu hi",
        insurers="aetna united self_pay",
        identities="woman asian",
        faiths="hindu",
        ages="adults",
        hours=("thu 11:00-17:00",),
        price=155,
        away_days=11,
        together="couples family",
    ),
    DemoTherapist(
        name="Ruth Adler",
        credentials="PhD",
        title="Psychologist",
        pronouns="she/her",
        zone="America/New_York",
        statement="Forty years of listening. Grief has no timetable, and you need not hurry here.",
        about=(
            "We talk about the person or the life you lost, for as long as it takes. Silence "
            "is welcome here."
        ),
        states="NY NJ CT FL",
        needs="grief low_mood life_changes chronic_illness",
        approaches="psychodynamic person_centered",
        languages="en he",
        insurers="medicare bcbs self_pay",
        identities="woman white",
        faiths="jewish",
        ages="adults older_adults",
        access="phone plain_language captions",
        hours=("mon tue wed thu 10:00-16:00",),
        price=180,
        client_calls=True,
    ),
    DemoTherapist(
        name="Marcus Bell",
        credentials="LMHC",
        title="Mental health counselor",
        pronouns="he/him",
        zone="America/New_York",
        statement="For men who were told to keep it to themselves. We start with what works.",
        about=(
            "No couch, no long speeches. We name the problem, look at what has worked before, "
            "and build on that."
        ),
        states="NY NJ PA MA",
        needs="low_mood anger work_stress relationships",
        approaches="cbt motivational",
        languages="en",
        insurers="aetna cigna united self_pay",
        identities="man black veteran",
        ages="adults",
        hours=("mon wed 16:00-21:00", "fri 8:00-12:00", "sun 10:00-13:00"),
        price=130,
        sliding_from=70,
    ),
    DemoTherapist(
        name="Sofia Marino",
        credentials="LCSW",
        title="Clinical social worker",
        pronouns="she/her",
        zone="America/New_York",
        statement="New baby, no sleep, big feelings. I keep early and late hours for parents.",
        about=(
            "You can hold your baby while we talk. We sort out what is tiredness, what is "
            "worry, and what would make tomorrow easier."
        ),
        states="NY CT MA RI",
        needs="pregnancy parenting anxiety low_mood",
        approaches="cbt act",
        languages="en it es",
        insurers="bcbs oscar self_pay",
        identities="woman",
        ages="adults",
        hours=("tue thu 7:00-11:00", "tue thu 19:00-21:30"),
        price=150,
    ),
    DemoTherapist(
        name="Kenji Tanaka",
        credentials="PhD",
        title="Psychologist",
        pronouns="he/him",
        zone="America/Chicago",
        statement="For loops of thought that will not let go. Small steps, and you set the size.",
        about=(
            "We write a list of fears from small to large and work our way up. You decide how "
            "far we go each week."
        ),
        states="IL WI MN TX",
        needs="ocd anxiety panic adhd",
        approaches="exposure cbt act",
        languages="en ja",
        insurers="bcbs united self_pay",
        identities="man asian",
        ages="teens adults",
        access="captions screen_reader",
        hours=(f"{_WEEKDAYS} 9:00-13:00", "tue thu 14:00-17:00"),
        price=165,
        minutes=53,
    ),
    DemoTherapist(
        name="Grace Nakai",
        credentials="LPC",
        title="Professional counselor",
        pronouns="she/her",
        zone="America/Denver",
        statement="I work outdoors in spirit: steady ground first, then the hard parts.",
        about=(
            "First we find what calms your body. From there we look at what happened, a "
            "little at a time, and always come back to solid ground."
        ),
        states="CO NM UT WY",
        needs="trauma grief addiction family",
        approaches="emdr somatic mindfulness",
        languages="en ase",
        insurers="medicaid tricare self_pay",
        identities="woman native disabled",
        ages="adults",
        access="asl captions chat_only",
        hours=("mon wed thu 9:00-16:00", "sat 10:00-13:00"),
        price=115,
        sliding_from=40,
        together="family",
    ),
    DemoTherapist(
        name="Elliot Hayes",
        credentials="LMFT",
        title="Marriage and family therapist",
        pronouns="they/he",
        zone="America/Denver",
        statement="Coming out, transition, chosen family: you will not have to explain the basics.",
        about=(
            "You will not have to teach me the words. We get to know the parts of you that "
            "disagree, and see what each one needs."
        ),
        states="CO CA OR WA AZ",
        needs="identity relationships trauma self_esteem",
        approaches="ifs narrative eft",
        languages="en",
        insurers="aetna kaiser self_pay",
        identities="trans lgbtq white",
        faiths="secular",
        ages="teens adults",
        access="chat_only captions",
        hours=("tue wed thu 11:00-19:00",),
        price=135,
        sliding_from=65,
        together="couples",
    ),
    DemoTherapist(
        name="Leila Haddad",
        credentials="PsyD",
        title="Psychologist",
        pronouns="she/her",
        zone="America/Chicago",
        statement="Between two languages and two sets of rules, there is room for your own.",
        about=(
            "We can switch between languages in one sentence. I help you hear what you want "
            "among all that others expect."
        ),
        states="IL MI OH TX AZ",
        needs="anxiety eating self_esteem family",
        approaches="dbt ifs cbt",
        languages="en ar fr",
        insurers="aetna bcbs self_pay",
        identities="woman mena immigrant",
        faiths="muslim",
        ages="teens adults",
        hours=("mon tue wed 10:00-15:00", "thu 13:00-19:00"),
        price=145,
    ),
    DemoTherapist(
        name="Tom Olsen",
        credentials="LCSW",
        title="Clinical social worker",
        pronouns="he/him",
        zone="America/Los_Angeles",
        statement="Drinking, using, starting over: no lectures. We look at what it does for you.",
        about=(
            "We look at a normal week and at what each drink or habit does for you. You "
            "decide whether to stop, cut down or wait."
        ),
        states="CA OR WA",
        needs="addiction anger low_mood",
        approaches="motivational solution_focused",
        languages="en",
        insurers="kaiser medicaid self_pay",
        identities="man white veteran",
        ages="adults",
        hours=(f"{_WEEKDAYS} 12:00-17:00",),
        price=120,
        accepts_new=False,
    ),
)
