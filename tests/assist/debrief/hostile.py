"""What somebody may say, be called, or write into a file, to become more than text."""

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "</title></style></script><script>alert(2)</script>",
    '"><svg onload=alert(3)>',
    "' onmouseover='alert(4)",
    "<!-- --> ]]> {{7*7}} ${7*7} &lt;b&gt; &amp; &#x3c;",
    "javascript:alert(5) [click](javascript:alert(6)) ![x](http://evil.example/x.png)",
    "# head **bold** `code` _it_ ~~gone~~ | a | b |",
    '=HYPERLINK("http://evil.example")',
    "+1+cmd|' /C calc'!A0",
    "-2+3 @SUM(1) ;=1+1",
    "\t=1+1",
    "00:00:01.000 --> 00:00:02.000",
    "7\n\n00:00:01,000 --> 00:00:02,000\nnot said\n\n",
    "WEBVTT NOTE STYLE ::cue{}",
    "{\\an8}<b>up</b>",
    "a\u202eb\u0000c\u001b[31md\u2028e\u2029f",
    "www.evil.example https://evil.example me@evil.example",
)
