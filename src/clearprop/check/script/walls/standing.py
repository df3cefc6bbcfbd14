"""The walls that stood around a script, in words."""

import sys
from collections.abc import Collection

from clearprop._text import Text

NAMES = {
    "bubblewrap": Text("namespaces (bubblewrap)", "命名空间（bubblewrap）"),
    "landlock": Text("Landlock", "Landlock"),
    "seccomp": Text("seccomp", "seccomp"),
    "limits": Text("resource limits", "资源限制"),
    "audit": Text("audit hooks", "审计钩子"),
}
FILES = Text("files outside its folder could be read or written", "脚本可能读写其文件夹以外的文件")
PROCESSES = Text(
    "it could start programs, connect to others and signal them",
    "脚本可能启动程序、连接其他程序或向其发送信号",
)
ELSEWHERE = Text(
    "on this system nothing but Python itself holds a script back: check only scripts that you"
    " trust, or use a container",
    "在此系统上只有 Python 自身的限制：请只检查可信的脚本，或使用容器",
)


def walls_in_words(walls: Collection[str]) -> Text:
    """Return which walls stood, and what could happen without those that did not."""
    listed = [NAMES[name] for name in NAMES if name in walls]
    en, zh = ", ".join(each.en for each in listed), "、".join(each.zh for each in listed)
    open_ends = gaps(walls)
    if open_ends:
        en += f". Not everything was held back: {'; '.join(each.en for each in open_ends)}"
        zh += f"。限制不完整：{'；'.join(each.zh for each in open_ends)}"
    return Text(f"Walls around the script: {en}.", f"脚本的隔离措施：{zh}。")


def gaps(walls: Collection[str]) -> list[Text]:
    """Return what the walls that stood leave open."""
    if sys.platform != "linux":
        return [ELSEWHERE]
    found = []
    if not {"bubblewrap", "landlock"} & set(walls):
        found.append(FILES)
    if not {"bubblewrap", "seccomp"} & set(walls):
        found.append(PROCESSES)
    return found
