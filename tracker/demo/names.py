"""Names that no real person bears: a river for the given name, a bird for the family name."""

from tracker.kinds import names

RIVERS = names(
    "Tamar Tweed Severn Medway Derwent Esk Clyde Nith Lune Orwell Ribble Kennet Dove Stour Nene Otter Wye "
    "Trent Avon Tees Wharfe Swale Ure Nidd Aire Calder Don Dee Spey Tay Forth Teviot Yarrow Annan Ken "
    "Cree Doon Irvine Garnock Leven Eden Kent Brathay Duddon Ehen Wampool Waver Irt Mite Calva Rother "
    "Arun Adur Ouse Cuckmere Itchen Test"
)
BIRDS = names(
    "Wren Osprey Finch Curlew Shrike Dunnock Linnet Siskin Avocet Merlin Dunlin Rail Goldcrest Knot "
    "Scoter Brent Garganey Teal Dabchick Brambling Plover Tern Wigeon Pintail Shoveler Gadwall Eider Smew "
    "Fulmar Gannet Petrel Kestrel Hobby Harrier Buzzard Grebe Heron Egret Bittern Spoonbill Crake Coot "
    "Lapwing Whimbrel Godwit Turnstone Sanderling Stint Ruff Snipe Skua Puffin Guillemot Razorbill "
    "Nightjar Swift Hoopoe Wryneck Pipit Wagtail Redstart"
)
