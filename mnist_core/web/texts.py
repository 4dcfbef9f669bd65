"""The words of the page, in one place, for those who reword or translate it.

A part of the page has a dictionary here. Its Python names a text as ``PAD["undo"]``, its script as
``texts.undo``, and its markup as ``$undo``; ``COMMON`` is for all parts. A word in curly braces, as
in ``"{count} drawings"``, stands for a value: it stays as it is and may move. ``<kbd>`` marks a key
of the keyboard; else no text has ``<``, ``&`` or a straight double quote, as texts stand in markup.

What the rooms below ``web`` say, such as their errors and the names of recipes, stays with them,
since the command line says it, too. This module knows nothing of who shows what.
"""

COMMON = {
    "percent": "{number}\u00a0%",  # a no-break space before the sign
    "over": "over {percent}",  # said of a certainty: "over 99 %"
    "more_than": ">{percent}",  # the same in little space
    "in_bounds": "{share} ({low} to {high})",  # a share with its interval: "99 % (98 to 99.5 %)"
    "megabytes": "{number} MB",
    "seconds": "{seconds} s",
    "minutes": "{minutes} min {seconds} s",
    "hours": "{hours} h {minutes} min",
    # A digit in a sentence: "Saved as a 3".
    "a_0": "a 0",
    "a_1": "a 1",
    "a_2": "a 2",
    "a_3": "a 3",
    "a_4": "a 4",
    "a_5": "a 5",
    "a_6": "a 6",
    "a_7": "a 7",
    "a_8": "an 8",
    "a_9": "a 9",
}

PAGE = {
    "title": "Draw a digit",
    "about": "A small neural network reads it while you write.",
    "short_title": "Digits",  # under an icon on a telephone's screen
    # For search engines, and beside a link to the page.
    "description": "Draw a digit or a number: a small neural network reads it while you write. "
    "Retrain it in the page, and teach it your handwriting.",
    "picture": "A drawn 7, and how likely each digit is",
    "picture_line": "A small neural network reads it while you write",
    "skip": "Skip to the pad",
    "no_script": "This page draws and reads by JavaScript: allow it for this address, and reload.",
    "forgetful": "This browser keeps nothing for this page: your models and corrections are gone "
    "when you close it.",
    "shared": "Shared at {link} for a week.",
    "code": "QR code",
    "unknown": "The server does not know this page any more: reload it.",
    "junk": "The page sent what the server does not know: reload it.",
}

LOGIN = {
    "first": "Log in first.",
    "wrong": "The name or the password is wrong: try again.",
    "too_many": "Too many wrong passwords came from your address: try again in some minutes.",
    "others": "Somebody is logging in from your address just now: try again in a moment.",
    "nobody": "Nobody has to log in here.",
    "no_cookie": "This browser keeps no cookie for a page inside another site, so nobody can log "
    "in here.",
    "own_tab": "Open the page in its own tab.",
}

HELP = {
    "open": "Help",
    "open_hint": "Help (key ?)",
    "heading": "Help",
    "close": "Close",
    "name": "Text of the help",
    # What each key does.
    "keys": "Keys",
    "help": "this help",
    "wall": "pad and answer fill the screen; <kbd>F</kbd> or <kbd>Esc</kbd> leaves",
    "undo_keys": "<kbd>Ctrl</kbd> <kbd>Z</kbd> or <kbd>⌘</kbd> <kbd>Z</kbd>",
    "undo": "take back the last step",
    "clear_keys": "<kbd>Esc</kbd> or <kbd>Delete</kbd>",
    "clear": "empty the pad",
    "digit_keys": "<kbd>0</kbd> to <kbd>9</kbd>",
    "digits": "on the pad or the reading: say which digit it is, to correct it",
    "arrow_keys": "Arrows",
    "arrows": "on the pad: move the pen, with <kbd>Shift</kbd> in small steps; in a row of "
    "drawings or digits: choose another",
    "space_key": "<kbd>Space</kbd>",
    "space": "on the pad: lower and lift the pen",
    "paste_keys": "<kbd>Ctrl</kbd> <kbd>V</kbd> or <kbd>⌘</kbd> <kbd>V</kbd>",
    "paste": "read a picture that you have copied",
    # What words mean.
    "words": "Words",
    "epoch": "Epoch",
    "epoch_is": "One pass of a training over all of its images. After each the network is tested.",
    "loss": "Loss",
    "loss_is": "How wrong the network is, as training counts it: 0 where it is certain and right, "
    "2.3 where it guesses blindly among ten digits, more where it is certain and wrong. Training "
    "makes it smaller.",
    "interval": "95\u00a0% interval",
    "interval_is": "The test images are a sample: with others the share read right would come out "
    "a little different. In 95 of 100 such samples, an interval made this way holds the true "
    "share.",
    "not_a_digit": "Not a digit",
    "not_a_digit_is": "The network can also say that what you drew is none of the ten digits.",
    # Where a visitor's things are.
    "kept": "Where your things are kept",
    "kept_is": "Your drawing and the last ten are kept in this tab of the browser, until you close "
    "it. Drawings are sent to the server that shows this page, to be read; only those that you "
    "correct, and the models that you keep, stay there. Where many people share the server, nobody "
    "else sees yours. To have them for yourself, export your drawings and download your models.",
}

WALL = {  # pad and answer on a whole screen
    "begin": "Full screen",
    "begin_hint": "Pad and answer fill the screen (key F)",
    "leave": "Leave",
    "leave_key": " (Esc)",  # where there is a keyboard
    "code": "QR code of the page's address",
    "no_code": "No QR code: this address works on this machine only. The README "
    "tells how to share the page.",
}

PAD = {
    "heading": "Pad",
    "name": "Drawing pad. Draw a digit or a number with a pen, a mouse, a finger or keys.",
    "keys": "Arrows move the pen, with Shift in small steps. Space lowers and lifts it. "
    "Esc leaves.",
    # What stands on the empty pad; the last only on a first visit.
    "prompt": "Draw a digit",
    "range": "0 to 9",
    "tries": "Try a 7 with a bar, a letter, a number.",
    # The buttons, and what each says of itself when one points at it.
    "undo": "Undo",
    "undo_hint": "Take back the last step (Ctrl+Z or ⌘Z)",
    "clear": "Clear",
    "clear_hint": "Empty the pad (Esc or Delete)",
    "example": "Example",
    "example_hint": "Put a ready drawn digit on the pad",
    "open": "Open picture",
    "open_hint": "Read a picture file. You can also paste one, or drop one on the pad",
    "file": "Picture of a digit",
    # Where a pen that keys move is, for those who hear the page; both are percentages.
    "pen_up": "Pen up, {right} from the left, {down} from the top.",
    "pen_down": "Pen down, {right} from the left, {down} from the top.",
    "bad_link": "The link holds no drawing: it may have been cut off.",
    "example_is": "The example is {a_digit}.",
    "no_example": "No example came from the server: try again.",
    "reading_picture": "Reading the picture …",
    "too_large": "The picture is larger than {size}: choose a smaller one.",
    "not_sent": "The picture did not reach the server: try again.",
    "drop_on_pad": "Drop the picture on the pad to have it read.",
}

RECENT = {  # the last drawings, and ways to take one along
    "name": "Your drawings",
    "strip": "Your last drawings: put one back on the pad",
    "drawing": "Drawing",
    "drawing_read": "Drawing read as {answer}",
    "copy_link": "Copy link",
    "copy_link_hint": "Copy a link that shows the drawing on the pad",
    "link_copied": "The link is copied: who opens it sees this drawing.",
    "copy_this": "The browser lets nothing be copied: copy this link yourself.",
    "link": "Link of the drawing",
    "save_picture": "Save as picture",
    "save_picture_hint": "Save the drawing on the pad as a PNG picture",
    "draw_first": "Draw something first.",
}

READING = {
    "heading": "Reading",
    "seen": "What the network sees (28\u00a0×\u00a028 pixels)",
    "bars": "Probability of each digit",
    "digit": "Digit {digit}",
    "not_a_digit": "Not a digit",
    "none": "none",  # beside the bar of what is no digit: little space
    "chips": "Digits of the number",
    "chip": "{place} of {count}: {read}",  # read is one of the next four
    "chip_sure": "{digit}, {percent} sure",
    "chip_short": "{digit}: {percent}",
    "chip_unsure": "{digits}?",
    "no_digit": "no digit",
    "or": "{first} or {last}",  # of digits: "4 or 9", "3, 5 or 8"
    # An answer and, below it, a note.
    "blank": "Your turn",
    "blank_note": "Draw a digit. It is read while you draw.",
    "nothing_found": "Nothing found",
    "nothing_found_note": "Nothing was found in the picture: crop it to the digit.",
    "offline": "No connection",
    "offline_note": "It will be read when the server is back.",
    "loading": "One moment",
    "loading_note": "The model is loading: then it will be read.",
    "refused": "Not read",
    "reload": "The server would not read it: reload the page.",
    "looks_like": "It looks most like {name}.",  # "a 7"; a class of other images by its name
    "sure": "{percent} sure",
    "unsure": "{digits}?",  # of "or" above; also of a number
    "either": "It could be either.",
    "any": "It could be any.",
    "not_all_digits": "Not all of it is a digit.",
    "dot_beside": "There is a dot beside it.",
    "not_all_clear": "Not all of it is clear.",
    "unread": "The picture holds more than was read.",
    "read_as": "Read as {answer}.",  # for those who hear it
    "other_model": "{model}: {answer}",
    # What it really is.
    "wrong": "Wrong? Tap the right digit",
    "chosen_wrong": "Chosen digit wrong? Tap the right one",
    "or_key": ", or press its key",  # ends either of them where there is a keyboard
    "it_is": "It is {name}",
    "undo": "Undo",
    "undo_name": "Undo: not saved",
    "saved": "Saved as {a_digit} in My handwriting.",
    "saved_aside": "Saved as {a_digit} in My handwriting, kept aside for checking.",
    "taken_back": "Taken back.",
    "draw_it": "Not saved: draw it first.",
    "choose_one": "Not saved: choose one of the digits first.",
    # Which model reads.
    "read_by": "Read by “{model}”.",
    "on_trial": "On trial: your new model reads. Keep or discard it under Retrain.",
    "digits_only": "It never says “not a digit”.",
}

TRAINING = {
    "heading": "Retrain",
    "about": "Trains a new model from nothing on MNIST's handwritten digits. The old one goes on "
    "reading meanwhile.",
    # The buttons.
    "retrain": "Retrain",
    "finish": "Finish early",
    "cancel": "Cancel training",
    "leave": "Leave queue",
    "keep": "Keep new model",
    "discard": "Discard, back to {model}",
    # The form.
    "recipe": "Recipe",
    "recipe_line": "{name}, {time}: {description}",  # cut off at its end where it is narrow
    "time_here": "about {time} here",
    "advanced": "Advanced",
    "epochs": "Epochs, {fewest} to {most}",
    "learning_rate": "Learning rate, 0.00001 to 0.5",
    "batch_size": "Batch size, {fewest} to {most}",
    "network": "Network",
    "convolutional": "Convolutional network",
    "simple": "SimpleNetwork, 784-128-64-10",
    "dataset": "Data set",
    "seed": "Seed",
    "digits_only": "The simple network never says “not a digit”: it reads a digit in whatever you "
    "draw.",
    "no_recipe": "That recipe is not offered here: choose one from the list.",
    "no_dataset": "That data set is not offered here: choose one from the list.",
    "too_many_epochs": "On a shared server {most} epochs are the most: choose fewer.",
    "bad_seed": "The seed can't be “{value}”: enter a whole number from 0 to {most:,}.",
    "bad_number": "The {setting} can't be “{value}”: enter a number such as 0.02.",
    "bad_whole_number": "The {setting} can't be “{value}”: enter a whole number.",
    # How it goes.
    "progress": "Training",
    "lost": "No connection to the server. This is from before; it goes on when the server is back.",
    "waiting": "Waiting: number {place} in the queue. It starts by itself.",
    "waiting_short": "Waiting",
    "step": "Epoch {epoch} of {epochs}, step {step} of {steps}.",
    "finishing": "Finishing.",
    "testing": "Trained; now testing on the 10,000 test images",
    "time_left": "Time left",
    "images_a_second": "Images a second",
    "loss": "Loss",
    "read_right": "Read right",
    "rate": "Learning rate",
    # The same for those who hear it; percent is a quarter, a half or three quarters.
    "starts": "The training starts.",
    "part_done": "{percent} trained.",
    "finished": "Finished. {verdict} {result}",
    # The drawing on the pad, as the model that is learning reads it.
    "drawing": "Your drawing, as both models read it",
    "in_use_digit": "In use",
    "learning_digit": "Learning",
    "both_read": "In use: {used}. Learning: {learning}",
    "both_short": "In use {used} · Learning {learning}",
    "nothing_yet": "nothing yet",
    "draw": "Draw something: it is read again and again while the model learns.",
    "is_sure": "It is sure.",
    "not_sure": "It is not sure yet.",
    # The curves, and the test images.
    "course": "How the training went",
    "loss_curve": "Loss, on the training images",
    "right_curve": "Percent read right:",
    "of_training": "training images",
    "of_aside": "kept aside for checking",
    "curve_start": "start",
    "curve_end": "end of the run",
    "loss_said": "Loss over the run. Latest: {loss}",
    "right_said": "Percent read right over the run. Latest: training images {training}, "
    "images kept aside for checking {aside}",
    "none_yet": "none yet",
    "images": "How it reads twelve test images",
    "image": "Test image of {a_digit}, {read}",  # read is one of the next three
    "image_unread": "not read yet",
    "image_right": "read as {digit}",
    "image_wrong": "read as {digit}, wrong",
    # What came of it.
    "comparison": "New model and the one before",
    "column": "Read right",
    "before": "Before",
    "new": "New",
    "new_model": "New model",
    "of_images": "of {count} test images read right",
    "your_drawings": "Your drawings",
    "aside": "Of these, kept aside for checking",
    "right_of": "{right} of {count}",
    "not_comparable": "The two were trained and tested on different images: they can't be "
    "compared.",
    "little_worse": "The new model is a little worse, beyond chance.",
    "worse": "The new model is clearly worse.",
    "better": "The new model is better, beyond chance.",
    "same": "There is no difference beyond chance.",
    # The first two are lengths of trainings, such as "6 s" or "4 epochs".
    "meaning": "{new} of training: {new_share}. {model}, {old}: {old_share}.",
    "no_failure": "No failure: a longer recipe comes nearer.",
    "one_epoch": "1 epoch",
    "many_epochs": "{count} epochs",
    "canceled": "Canceled: nothing of this training is kept.",
    "goes_on": "“{model}” goes on reading.",
    "result": "New model: {new}. The one before: {old}.",
    "on_trial": "In use, on trial: the new model.",
    "in_use": "In use: {model}. {right}.",
    "right_of_images": "{share} of {count} test images read right ({sureness} interval {low} to "
    "{high})",  # sureness is 95 %
    "undecided": "You had not decided on “{model}”: it is not in use, and kept under Models.",
}

CODE = {
    "heading": "The code",
    "about": "The chosen recipe as a program of its own: plain PyTorch, with the settings of "
    "Retrain.",
    "copy": "Copy code",
    "copied": "Copied.",
    "not_copied": "The browser lets nothing be copied: select the program instead.",
    "not_followed": "A setting of Retrain can't be used: this is the program of those before.",
    "notebook": "Download notebook",
    "program": "Program",
}

CORRECTIONS = {
    "heading": "My handwriting",
    "about": "Drawings that you have labeled. Teaching them makes a model that reads your digits "
    "better and forgets no others.",
    "name": "Your corrections",
    "none": "No drawings yet",
    "one": "1 drawing",
    "many": "{count} drawings",
    "empty": "Draw a digit. If it is read wrong, tap the right one under the reading: the drawing "
    "is kept here, and can be taught.",
    "drawing": "Drawing {number}",
    "label": "Label of drawing {number}",
    "remove": "Remove drawing {number}",
    "aside": "kept aside for checking",
    "aside_hint": "It is never taught: whether it is read right shows what the model has learned.",
    "teach": "Teach it my handwriting",
    "learning": "Learning your handwriting: {percent}",
    "learning_waits": "Learning your handwriting: waiting",
    # Files of drawings.
    "export": "Export drawings",
    "import": "Import drawings",
    "file": "File of drawings",
    "too_large": "The file is larger than {size}: choose a smaller one.",
    "reading_file": "Reading the file …",
    "unreadable": "The file could not be read: try again.",
    "not_whole": "The file did not arrive whole: import it again.",
    # What an import has brought: parts of one sentence, with commas between them.
    "known_all": "All these drawings are here already.",
    "empty_file": "The file is empty.",
    "added_none": "No drawings added",
    "added_one": "1 drawing added",
    "added_many": "{count} drawings added",
    "relabeled": "{count} labeled anew",
    "known": "{count} here already",
}

MODELS = {
    "heading": "Models",
    "about": "The built-in one, and those that you have kept.",
    "one": "1 model",
    "many": "{count} models",
    "in_use": "in use",
    # What is known of each.
    "trained": "Trained",
    "recipe": "Recipe",
    "right": "Test images read right",
    "size": "Size",
    # What may be done with each; for those who hear it with its name.
    "use": "Use",
    "compare": "Compare",
    "rename": "Rename",
    "download": "Download model",
    "delete": "Delete",
    "with_name": "{action} {model}",
    "new_name": "New name of {model}",
    "ask": "Delete?",
    "ask_of": "Delete {model}?",
    "yes": "Yes",
    "no": "No",
}
