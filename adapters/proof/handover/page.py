"""The page of an audit bundle that explains the bundle to a lawyer: Chinese, self-contained, no script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Protocol

from adapters.proof.checkpoints import Verifier
from domain.entry import Recorded
from domain.values import is_request, reference_in
from projections import history
from projections.register import order

_MOST_ENTRIES = 5000

_STYLE = """body{font:16px/1.7 serif;max-width:60em;margin:2em auto;padding:0 1em}
table{border-collapse:collapse;width:100%;font-size:14px}td,th{border:1px solid #999;padding:.2em .5em;text-align:left}
pre{background:#f4f4f4;padding:.8em;overflow-x:auto}h2{margin-top:2em}h3{margin-bottom:.3em}"""

_TEXT = """<h1>{name}政府信息公开申请台账：审计包</h1>
<p>本包是该机关台账日志的一部分：日志位置{first}至{last}的全部登记{period}，其中所涉申请此前的登记，以及机关自己的登记，
共{entries}条、{requests}件申请。日志只增不改：登错的，以“更正”另行登记，原来的登记仍在。</p>
<h2>一、怎样核验</h2>
<p>在任何一台装有Python 3（3.8以上）的电脑上，不联网、不安装台账程序：</p>
<pre>python3 verify.py {file}</pre>
<p>把压缩包解开，在解开的目录中运行<code>python3 verify.py</code>亦可。没有问题时最后一行为“✓ 未发现缺失或改动”；
有问题时逐条写明何处、何事、违反哪一条规则；所要求的核验有未能进行的，不写✓，并说明怎样补上。签名也由这一个文件核验，不需要其他程序。</p>
<h2>二、能证明什么</h2>
<ul>
<li>每条登记的每一项（内容、经办人、登记时间、编号等）都与存证时相同：任何一个字节的改动都会被指出。</li>
<li>所属期间的登记一条不缺、次序未变：位置连续，每件申请的条次连续。</li>
<li>访问日志（何人何时从何处、为何目的登录、查阅个人信息、导出）如在包内，所属期间的记录一条不缺、没有改动；期间前后各附
一条，以见其界限。</li>
<li>封存的个人信息在登记中只有加盐的承诺值；随包附有内容的，可以证明附上的内容就是当时登记的内容。</li>
<li>附有封存内容的包，可以证明手中的一份答复书、告知书或材料就是当时入卷的那一份：
<code>python3 verify.py {file} --document 答复书.pdf</code>。</li>
</ul>
<h2>三、不能证明什么</h2>
<ul>
<li>登记所述是否属实，本包不能证明；只证明当时这样登记、此后未改。</li>
<li>公钥取自本包：持有签名密钥的人可以另造一本完整的日志。请以另一途径（公文、年报、机关网站）取得公钥和存证点，
以<code>--key</code>、<code>--checkpoint</code>给出；与先前留存的存证点不一致的，程序会指出。</li>
<li>本页、放假安排通知、年报格式和verify.py不在存证的登记之内，换过的包内清单也会与之相符：以entries.jsonl所载为准。要证明这些也是
原样，请向机关索取导出这一行的回执（taizhang access-receipt）：访问日志记有导出时清单的摘要，与核验所示的摘要相同即是。</li>
<li>从登记到存证之间（通常一两秒，访问日志一分钟）的改动，只有经办人手中的回执可以证明。</li>
</ul>
<h2>四、存证点和公钥</h2>
<p>存证点是日志在第{size}条处的“指纹”及其签名：名称、条数、树根（RFC 6962，SHA-256；另写明suite gm的为SM3），空行，签名（C2SP格式，Ed25519或SM2）。换用算法处
的存证点写明onward，有两种算法的树根和两把密钥的签名。
12月31日的存证点可以印在年度报告上，供公众日后核对。</p>
<pre>{checkpoint}</pre>
<p>公钥：</p>
<pre>{keys}</pre>
<h2>五、包内的文件</h2>
<table><tr><th>文件</th><th>内容</th></tr>
<tr><td>entries.jsonl</td><td>登记，每行一条：登记信息和内容（payload，存证的原样字节）</td></tr>
<tr><td>bounds.jsonl</td><td>期间前后各一条登记的叶值原文（不含内容），证明其不在期间之内；期间从第一条起、到最后一条止的没有</td></tr>
<tr><td>leaves.txt</td><td>日志第1条至第{size}条的叶值，每行一条；包内没有的登记也有叶值，所以树根可以重算</td></tr>
<tr><td>checkpoints.jsonl、checkpoint.txt</td><td>历次存证点；最后一个</td></tr>
<tr><td>accesses.jsonl</td><td>访问日志，每行一条；与登记分开存证，叶值、存证点在access-leaves.txt、access-checkpoints.jsonl、access-checkpoint.txt</td></tr>
<tr><td>keys.txt</td><td>公钥，旧的在前</td></tr>
<tr><td>workdays.toml、formats/</td><td>计算期限所用的放假安排通知；年报格式</td></tr>
<tr><td>sealed.jsonl</td><td>封存的内容（个人信息）和核对入卷材料所需的盐值，仅在申请附上时才有</td></tr>
<tr><td>documents/</td><td>入卷材料各件的原件（个人信息），文件名为登记中的编号，仅在申请附上时才有</td></tr>
<tr><td>bundle.json</td><td>清单：各文件的摘要（SHA-256；换用国密算法的为SM3）</td></tr>
<tr><td>verify.py</td><td>核验程序，一个文件，可先请人审读</td></tr></table>
<h2>六、登记</h2>
"""


class Described(Protocol):
    """What the page shows of the bundle's manifest."""

    @property
    def name(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def first(self) -> int: ...
    @property
    def last(self) -> int: ...
    @property
    def entries(self) -> int: ...
    @property
    def since(self) -> object: ...
    @property
    def until(self) -> object: ...


def page(
    manifest: Described,
    checkpoint: str,
    keys: Sequence[Verifier],
    own: Sequence[Recorded],
    histories: Mapping[str, Sequence[Recorded]],
) -> str:
    """Labels are escaped, sealed values appear as what they are about alone."""
    days = (
        f"（登记日期{manifest.since or '自始'}至{manifest.until or '今'}）"
        if manifest.since or manifest.until
        else ""
    )
    text = _TEXT.format(
        name=escape(manifest.name),
        first=manifest.first,
        last=manifest.last,
        period=days,
        entries=manifest.entries,
        requests=sum(map(is_request, histories)),
        size=manifest.size,
        file="审计包.zip",
        checkpoint=escape(checkpoint),
        keys=escape("\n".join(each.vkey for each in keys)),
    )
    sections = [("机关自己的登记", own)]
    if manifest.entries <= _MOST_ENTRIES:
        reports = sorted(stream for stream in histories if not is_request(stream))
        sections += [(f"{reference_in(stream)}（年度报告）", histories[stream]) for stream in reports]
        requests = filter(is_request, histories)
        references = sorted(requests, key=lambda stream: order(reference_in(stream)))
        sections += [(reference_in(stream), histories[stream]) for stream in references]
    else:
        text += f"<p>登记超过{_MOST_ENTRIES}条，此处只列机关自己的登记，其余见entries.jsonl。</p>\n"
    body = text + "".join(_history(title, entries) for title, entries in sections)
    head = f'<meta charset="utf-8"><title>{escape(manifest.name)}：审计包</title><style>{_STYLE}</style>'
    return f'<!DOCTYPE html>\n<html lang="zh-CN"><head>{head}</head>\n<body>\n{body}</body></html>\n'


def _history(title: str, entries: Sequence[Recorded]) -> str:
    rows = "".join(
        f"<tr><td>{line.version}</td><td>{escape(line.sentence)}</td><td>{escape(line.actor)}</td>"
        f"<td>{line.recorded_on}</td><td>{line.position}</td></tr>\n"
        for line in history.lines(entries)
    )
    head = "<tr><th>条</th><th>内容</th><th>登记人</th><th>登记日期</th><th>日志位置</th></tr>\n"
    return f"<h3>{escape(title)}</h3>\n<table>{head}{rows}</table>\n"
