"""The clients of the demo practice. All made up; any likeness is chance."""

# Those who have booked already, with the zone their device was in.
CLIENTS = (
    ("Maya Torres", "maya.torres@example.com", "+16025550111", "America/Phoenix"),
    ("Jordan Lee", "jordan.lee@example.com", "+13105550112", "America/Los_Angeles"),
    ("Sam Whitfield", "sam.whitfield@example.com", "+12125550113", "America/New_York"),
    ("Ana Flores", "ana.flores@example.com", "+15055550114", "America/Denver"),
    ("Chris Novak", "chris.novak@example.com", "+13125550115", "America/Chicago"),
    ("Dee Washington", "dee.washington@example.com", "+16175550116", "America/New_York"),
    ("Noor Rahman", "noor.rahman@example.com", "+12145550117", "America/Chicago"),
    ("Pat Sullivan", "pat.sullivan@example.com", "+15035550118", "America/Los_Angeles"),
    ("Robin Begaye", "robin.begaye@example.com", "+19285550119", "America/Phoenix"),
    ("Lena Fischer", "lena.fischer@example.com", "+17205550120", "America/Denver"),
    ("Omar Haddad", "omar.h@example.com", "+16025550121", "America/Phoenix"),
    ("Terry Quinn", "terry.quinn@example.com", "+19175550122", "America/New_York"),
)
