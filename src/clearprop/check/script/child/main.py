"""The limited process: run attempts on a person's script, and write down what came out.

It is started with a folder of its own. What goes in is ``request.json``, what comes out is
``reply.json``: plain data both, so that nothing a script does can run in the parent.
"""

import json
import os
import sys
from pathlib import Path

from clearprop.check.script.child.limits import (
    leave_network,
    limit_resources,
    refuse_network_and_writing,
)
from clearprop.check.script.plain import as_plain


def main(folder: str) -> None:
    """Run the request that lies in a folder, and leave the reply there."""
    leave_network()
    from clearprop.check.script.child.attempting import replies
    from clearprop.check.script.child.surroundings import arrange_surroundings

    request = json.loads(Path(folder, "request.json").read_text("utf-8"))
    with Path(folder, "reply.json").open("w", encoding="utf-8") as reply_file:
        limit_resources(request["seconds"], request["megabytes"])
        refuse_network_and_writing(folder)
        arrange_surroundings()
        sys.path.insert(0, str(Path(request["path"]).parent))
        sys.argv = [request["path"]]
        os.chdir(folder)
        reply = as_plain(replies(request))
        json.dump(reply, reply_file)
        reply_file.flush()
        os._exit(0)  # whatever the script registered to run at exit stays undone
