"""The challenge `web`: what people get wrong when they stand between browsers and a chat server, and in a page."""

from __future__ import annotations

from functools import partial

from tests.kit.killing import Mutant

_gateway = partial(Mutant, step="bonus/web", program="gateway", file="chat_web.py")
_page = partial(Mutant, step="bonus/web", program="page", file="chat.html", needs_browser=True)
GATEWAY, PAGE = "bonus/web/gateway/", "bonus/web/page/"

NOT_FOUND = 'return browser.respond(http.HTTPStatus.NOT_FOUND, "There is nothing here.\\n")'
KIND = """\
        del response.headers["Content-Type"]
        response.headers["Content-Type"] = "text/html; charset=utf-8"
"""
IS_CHAT = "        if request.path == CHAT:\n"
CONNECT = "server = socket.create_connection((self.host, self.port))"
NO_SERVER = """\
        except OSError:
            browser.close(SERVER_GONE, "There is no chat server.")
            return
"""
LINES = 'for data in server.makefile("rb"):'
SEND = 'browser.send(data.rstrip(b"\\r\\n").decode(errors="replace"))'
TOLD_GONE = 'browser.close(SERVER_GONE, "The chat server has gone.")'
MESSAGES = "for message in browser:"
BINARY = """\
                if isinstance(message, bytes):
                    browser.close(NOT_TEXT, "This is no text.")
                    return
"""
HAS_NEWLINE = 'if "\\n" in message:'
LEAVE = "server.shutdown(socket.SHUT_RDWR)"
ORIGINS = 'return [Origin(f"http://{host}:{port}"), None]'
SERVE = "origins=allowed, process_request=gateway.answer)"
STARTED = '    print(f"The chat is at http://{web_host}:{web_port}", flush=True)\n'
AS_TEXT = "line.textContent = text;"
AGAIN = "setTimeout(connect, pause);"
MESSAGE = 'return "MESSAGE:" + '
WELCOMED = "  if (!wasJoined) messageField.focus();\n"
DARK = "--paper: #16191d; --ink: #e6e8eb; --faint: #a3adb8;"

OF_THE_GATEWAY = [
    _gateway(
        name="web_page_as_text",
        mistake="leaves the type of the page as the library has it",
        old=KIND,
        new="",
        caught_by=(f"{GATEWAY}the_page_is_served",),
    ),
    _gateway(
        name="web_needs_a_server_to_start",
        mistake="looks at the start whether there is a chat server, and ends if there is none",
        old=STARTED,
        new=f"    socket.create_connection((options.host, options.port)).close()\n{STARTED}",
        caught_by=(f"{GATEWAY}the_page_is_served",),
    ),
    _gateway(
        name="web_says_why",
        mistake="tells a browser in a line of its own that there is no chat server",
        old=NO_SERVER,
        new=NO_SERVER.replace("browser.close", 'browser.send("ERROR:no chat server")\n            browser.close'),
        caught_by=(f"{GATEWAY}a_server_that_goes_and_comes_back",),
    ),
    _gateway(
        name="web_page_of_any_folder",
        mistake="looks for the page where somebody stands who starts the gateway",
        old='PAGE = Path(__file__).with_name("chat.html")',
        new='PAGE = Path("chat.html")',
        caught_by=(f"{GATEWAY}the_page_is_served",),
    ),
    _gateway(
        name="web_time_limit_for_the_server",
        mistake="leaves the time limit for connecting where it is",
        old=CONNECT,
        new=CONNECT.replace("))", "), timeout=5)"),
        caught_by=(f"{GATEWAY}each_browser_has_a_connection",),
    ),
    _gateway(
        name="web_serves_the_folder",
        mistake="serves whatever file somebody names",
        old=NOT_FOUND,
        new='return browser.respond(http.HTTPStatus.OK, PAGE.with_name(request.path.strip("/.")).read_text())',
        caught_by=(f"{GATEWAY}nothing_else_is_served",),
    ),
    _gateway(
        name="web_page_as_an_index",
        mistake="serves the page under the name that it has elsewhere",
        old='        if request.path != "/":\n',
        new='        if request.path not in ("/", "/index.html"):\n',
        caught_by=(f"{GATEWAY}nothing_else_is_served",),
    ),
    _gateway(
        name="web_page_by_its_name",
        mistake="serves the page under another name as well",
        old='        if request.path != "/":\n',
        new='        if request.path not in ("/", "/chat.html"):\n',
        caught_by=(f"{GATEWAY}nothing_else_is_served",),
    ),
    _gateway(
        name="web_one_connection_for_all",
        mistake="connects to the chat server once, for all browsers",
        old=CONNECT,
        new='server = self.__dict__.get("server") or socket.create_connection((self.host, self.port))\n'
        "            self.server = server",
        caught_by=(f"{GATEWAY}each_browser_has_a_connection", f"{GATEWAY}browsers_and_terminals_talk"),
    ),
    _gateway(
        name="web_recv_is_a_line",
        mistake="takes what one recv brings for a line",
        old=LINES,
        new='for data in iter(lambda: server.recv(4096), b""):',
        caught_by=(f"{GATEWAY}a_line_is_a_message",),
    ),
    _gateway(
        name="web_returns_are_line_ends",
        mistake="takes each carriage return for the end of a line",
        old=f"{LINES}\n                {SEND}",
        new='for data in server.makefile("r", encoding="utf-8", errors="replace"):\n'
        '                browser.send(data.rstrip("\\r\\n"))',
        caught_by=(f"{GATEWAY}a_line_is_a_message",),
    ),
    _gateway(
        name="web_lines_cut_off",
        mistake="sends a browser the first kilobyte of a line",
        old=SEND,
        new=SEND.replace('b"\\r\\n")', 'b"\\r\\n")[:1024]'),
        caught_by=(f"{GATEWAY}a_line_is_a_message",),
    ),
    _gateway(
        name="web_stripped",
        mistake="drops the blanks around a line",
        old=SEND,
        new='browser.send(data.strip().decode(errors="replace"))',
        caught_by=(f"{GATEWAY}a_line_is_a_message",),
    ),
    _gateway(
        name="web_newline_stays",
        mistake="leaves the newline in the message",
        old=SEND,
        new='browser.send(data.decode(errors="replace"))',
        caught_by=(f"{GATEWAY}a_line_is_a_message",),
    ),
    _gateway(
        name="web_bytes_to_the_browser",
        mistake="sends the browser bytes, which become binary messages",
        old=SEND,
        new='browser.send(data.rstrip(b"\\r\\n"))',
        caught_by=(f"{GATEWAY}a_line_is_a_message", f"{GATEWAY}browsers_and_terminals_talk"),
    ),
    _gateway(
        name="web_frames_as_lines",
        mistake="takes each frame for a message",
        old=MESSAGES,
        new="for message in (part for parts in iter(browser.recv_streaming, None) for part in parts):",
        caught_by=(f"{GATEWAY}frames_and_pings",),
    ),
    _gateway(
        name="web_two_lines_in_a_message",
        mistake="passes on a message with a newline in it",
        old=HAS_NEWLINE,
        new="if not message:",
        caught_by=(f"{GATEWAY}a_message_with_a_newline_is_refused",),
    ),
    _gateway(
        name="web_binary_as_text",
        mistake="takes a binary message for text",
        old=BINARY,
        new="                message = message.decode() if isinstance(message, bytes) else message\n",
        caught_by=(f"{GATEWAY}a_binary_message_ends_a_websocket",),
    ),
    _gateway(
        name="web_binary_ends_the_thread",
        mistake="does not think of binary messages",
        old=BINARY,
        new="",
        caught_by=(f"{GATEWAY}a_binary_message_ends_a_websocket",),
    ),
    _gateway(
        name="web_no_limit",
        mistake="takes messages of any length",
        old=SERVE,
        new=f"max_size=None, {SERVE}",
        caught_by=(f"{GATEWAY}a_message_without_end_is_not_kept",),
    ),
    _gateway(
        name="web_limit_of_a_million",
        mistake="takes a million bytes for 1 MiB",
        old=SERVE,
        new=f"max_size=1_000_000, {SERVE}",
        caught_by=(f"{GATEWAY}a_message_without_end_is_not_kept",),
    ),
    _gateway(
        name="web_any_origin",
        mistake="lets every page open a WebSocket",
        old=SERVE,
        new="process_request=gateway.answer)",
        caught_by=(f"{GATEWAY}other_pages_are_refused",),
    ),
    _gateway(
        name="web_origin_of_the_usual_port",
        mistake="knows one port for browsers, whatever was typed",
        old=ORIGINS,
        new='return [Origin("http://localhost:8000"), None]',
        caught_by=(f"{GATEWAY}other_pages_are_refused",),
    ),
    _gateway(
        name="web_origin_of_the_usual_host",
        mistake="knows one host for browsers, whatever was typed",
        old=ORIGINS,
        new='return [Origin(f"http://localhost:{port}"), None]',
        caught_by=(f"{GATEWAY}other_pages_are_refused",),
    ),
    _gateway(
        name="web_origin_without_a_port",
        mistake="lets the page of another server of this computer in, which has the usual port",
        old=ORIGINS,
        new='return [Origin(f"http://{host}:{port}"), Origin(f"http://{host}"), None]',
        caught_by=(f"{GATEWAY}other_pages_are_refused",),
    ),
    _gateway(
        name="web_origin_begins_so",
        mistake="looks only how the Origin begins",
        old=ORIGINS,
        new='return [__import__("re").compile(f"http://{host}:{port}.*"), None]',
        caught_by=(f"{GATEWAY}other_pages_are_refused",),
    ),
    _gateway(
        name="web_origin_of_any_name_for_us",
        mistake="takes 127.0.0.1 for the page at localhost",
        old=ORIGINS,
        new='return [Origin(f"http://{name}:{port}") for name in (host, "127.0.0.1")] + [None]',
        caught_by=(f"{GATEWAY}other_pages_are_refused",),
    ),
    _gateway(
        name="web_short_messages_only",
        mistake="ends the WebSocket of who pastes a long text",
        old=SERVE,
        new=SERVE.replace("process_request", "max_size=2**16, process_request"),
        caught_by=(f"{GATEWAY}a_message_without_end_is_not_kept",),
    ),
    _gateway(
        name="web_connects_for_anybody",
        mistake="connects to the chat server for whoever asks for anything",
        old=IS_CHAT,
        new=f"        browser.behind = socket.create_connection((self.host, self.port))\n{IS_CHAT}",
        caught_by=(f"{GATEWAY}who_knocks_in_another_way_harms_nobody",),
    ),
    _gateway(
        name="web_browser_never_leaves",
        mistake="does not tell the chat server that the browser has gone",
        old=LEAVE,
        new="pass",
        caught_by=(f"{GATEWAY}a_browser_that_goes",),
    ),
    _gateway(
        name="web_server_goes_untold",
        mistake="does not tell the browser that the chat server has gone",
        old=TOLD_GONE,
        new="pass",
        caught_by=(f"{GATEWAY}a_server_that_goes_and_comes_back",),
    ),
    _gateway(
        name="web_server_goes_without_a_code",
        mistake="ends the WebSocket as if all were well when the chat server has gone",
        old=TOLD_GONE,
        new="browser.close()",
        caught_by=(f"{GATEWAY}a_server_that_goes_and_comes_back",),
    ),
    _gateway(
        name="web_no_server_is_an_exception",
        mistake="does not think of a chat server that is not there",
        old=NO_SERVER,
        new="        finally:\n            pass\n",
        caught_by=(f"{GATEWAY}a_server_that_goes_and_comes_back",),
    ),
    _gateway(
        name="web_sends_under_a_lock",
        mistake="holds one lock for all browsers while it sends",
        old=SEND,
        new='with self.__dict__.setdefault("sending", threading.Lock()):\n'
        '                    browser.send(data.rstrip(b"\\r\\n").decode(errors="replace"))',
        caught_by=(f"{GATEWAY}a_browser_that_stops_reading",),
    ),
    _gateway(
        name="web_ctrl_c_waits",
        mistake="lets Ctrl+C wait for a thread that never ends",
        old="target=server.serve_forever, daemon=True)",
        new="target=server.serve_forever)",
        caught_by=(f"{GATEWAY}ctrl_c_ends_the_gateway",),
    ),
    _gateway(
        name="web_eight_browsers",
        mistake="serves eight browsers at once",
        old="        try:\n            self.to_server(browser, server)\n",
        new='        turns = self.__dict__.setdefault("turns", threading.BoundedSemaphore(8))\n'
        "        try:\n            with turns:\n                self.to_server(browser, server)\n",
        caught_by=(f"{GATEWAY}each_browser_has_a_connection",),
    ),
]

OF_THE_PAGE = [
    _page(
        name="page_text_as_html",
        mistake="takes text for HTML",
        old=AS_TEXT,
        new="line.innerHTML = text;",
        caught_by=(f"{PAGE}text_is_never_html",),
    ),
    _page(
        name="page_text_in_a_title",
        mistake="puts what was said into an attribute as well",
        old=AS_TEXT,
        new=f"{AS_TEXT}\n    line.title = text;",
        caught_by=(f"{PAGE}text_is_never_html",),
    ),
    _page(
        name="page_without_scripts_only",
        mistake="takes text for HTML once the scripts are out of it",
        old=AS_TEXT,
        new='line.innerHTML = text.replace(/<script.*?<.script>/g, "");',
        caught_by=(f"{PAGE}text_is_never_html",),
    ),
    _page(
        name="page_with_links",
        mistake="makes a link of what looks like one",
        old=AS_TEXT,
        new=f'{AS_TEXT}\n    if (text.includes("https://")) line.append(document.createElement("a"));',
        caught_by=(f"{PAGE}text_is_never_html",),
    ),
    _page(
        name="page_blanks_collapse",
        mistake="shows several blanks as one",
        old="white-space: pre-wrap; ",
        new="",
        caught_by=(f"{PAGE}two_tabs_and_a_terminal_talk",),
    ),
    _page(
        name="page_news_as_they_come",
        mistake="shows who leaves as the server says it",
        old="show(`${argument} left`)",
        new="show(line)",
        caught_by=(f"{PAGE}two_tabs_and_a_terminal_talk",),
    ),
    _page(
        name="page_sends_commands_as_they_are_typed",
        mistake="takes for a command what looks like one",
        old=MESSAGE,
        new=f"if (/^[A-Z_]+:/.test(text)) return text;\n  {MESSAGE}",
        caught_by=(f"{PAGE}two_tabs_and_a_terminal_talk",),
    ),
    _page(
        name="page_says_no_command",
        mistake="sends what is typed without MESSAGE before it",
        old='return "MESSAGE:" + (text.startsWith("//") ? text.slice(1) : text);',
        new="return text;",
        caught_by=(f"{PAGE}two_tabs_and_a_terminal_talk",),
    ),
    _page(
        name="page_connects_again_and_again",
        mistake="goes on connecting once it is connected",
        old=AGAIN,
        new=AGAIN.replace("setTimeout", "setInterval"),
        caught_by=(f"{PAGE}the_page_connects_again",),
    ),
    _page(
        name="page_without_the_keyboard_after_a_loss",
        mistake="takes the keyboard away from the field where the connection is lost",
        old=AGAIN,
        new=f"messageField.blur();\n  {AGAIN}",
        caught_by=(f"{PAGE}the_page_connects_again",),
    ),
    _page(
        name="page_without_the_keyboard_after_a_refusal",
        mistake="takes the keyboard away from the field where a name is refused",
        old="nameField.select();",
        new="nameField.blur();",
        caught_by=(f"{PAGE}a_refused_name",),
    ),
    _page(
        name="page_gives_its_name_up",
        mistake="asks for another name where the server has not missed the first one yet",
        old="  if (!wasJoined) {",
        new="  if (username) {",
        caught_by=(f"{PAGE}the_page_connects_again",),
    ),
    _page(
        name="page_loses_what_is_typed",
        mistake="throws away what is typed while there is no connection",
        old="  if (!joined || !messageField.value) return;",
        new='  if (!joined) messageField.value = "";\n  if (!messageField.value) return;',
        caught_by=(f"{PAGE}the_page_connects_again",),
    ),
    _page(
        name="page_empties_the_field",
        mistake="empties the field where one types, once it is connected again",
        old=WELCOMED,
        new=f'  messageField.value = "";\n{WELCOMED}',
        caught_by=(f"{PAGE}the_page_connects_again",),
    ),
    _page(
        name="page_types_over_what_began",
        mistake="selects what somebody is typing, once it is connected again",
        old=WELCOMED,
        new="  messageField.focus();\n  messageField.select();\n",
        caught_by=(f"{PAGE}the_page_connects_again",),
    ),
    _page(
        name="page_sends_with_each_connection",
        mistake="sends what was typed meanwhile whenever it is connected again",
        old="  if (!joined || !messageField.value) return;",
        new="""\
  if (!joined && messageField.value) {
    const line = lineFor(messageField.value);
    let told = null;
    setInterval(() => { if (joined && told !== socket) (told = socket).send(line); }, 20);
    messageField.value = "";
  }
  if (!messageField.value) return;""",
        caught_by=(f"{PAGE}the_page_connects_again",),
    ),
    _page(
        name="page_with_control_characters",
        mistake="leaves control characters in what was said",
        old='text.replace(/(?!\\t)\\p{Cc}/gu, "")',
        new="text",
        caught_by=(f"{PAGE}text_is_never_html",),
    ),
    _page(
        name="page_grows_bit_by_bit",
        mistake="looks how much has come at once, and not how much is there",
        old="  while (log.childElementCount > MOST_LINES) log.firstElementChild.remove();\n",
        new="",
        caught_by=(f"{PAGE}ten_thousand_messages",),
    ),
    _page(
        name="page_splits_at_each_colon",
        mistake="shows an error up to its next colon",
        old="const command = line.slice(0, colon), argument = line.slice(colon + 1);",
        new='const [command, argument] = line.split(":");',
        caught_by=(f"{PAGE}a_refused_name",),
    ),
    _page(
        name="page_finds_errors_everywhere",
        mistake="takes a message for an error, in which one stands",
        old='command === "ERROR"',
        new='line.includes("ERROR:")',
        caught_by=(f"{PAGE}two_tabs_and_a_terminal_talk",),
    ),
    _page(
        name="page_with_short_names",
        mistake="lets nobody type a name of more than 20 letters",
        old='maxlength="32"',
        new='maxlength="20"',
        caught_by=(f"{PAGE}a_refused_name",),
    ),
    _page(
        name="page_takes_each_error_for_a_refusal",
        mistake="takes whatever error comes for a name that is refused",
        old="    if (!joined) refused();",
        new="    refused();",
        caught_by=(f"{PAGE}a_refused_name",),
    ),
    _page(
        name="page_draws_lines_together",
        mistake="puts all that has come at once into one element",
        old="undrawn.slice(-MOST_LINES).map(",
        new='[undrawn.slice(-MOST_LINES).join("\\n")].map(',
        caught_by=(f"{PAGE}text_is_never_html",),
    ),
    _page(
        name="page_with_faint_labels",
        mistake="makes a label so faint that few can read it",
        old="  form[hidden] { display: none; }\n",
        new="  form[hidden] { display: none; }\n  label { opacity: .5; }\n",
        caught_by=(f"{PAGE}light_and_dark",),
    ),
    _page(
        name="page_gives_up",
        mistake="does not connect again",
        old=AGAIN,
        new="",
        caught_by=(f"{PAGE}the_page_connects_again",),
    ),
    _page(
        name="page_knocks_without_a_pause",
        mistake="connects again at once, and again",
        old=AGAIN,
        new="connect();",
        caught_by=(f"{PAGE}the_page_connects_again",),
    ),
    _page(
        name="page_with_short_lines",
        mistake="lets nobody type more than 200 letters",
        old='<input id="message" autocomplete="off">',
        new='<input id="message" autocomplete="off" maxlength="200">',
        caught_by=(f"{PAGE}two_tabs_and_a_terminal_talk",),
    ),
    _page(
        name="page_private_in_other_words",
        mistake="shows a private message in words of its own",
        old="  } else show(line);\n",
        new='  } else if (command === "PRIVATE") show(argument.replace(":", " whispers: "));\n  else show(line);\n',
        caught_by=(f"{PAGE}two_tabs_and_a_terminal_talk",),
    ),
    _page(
        name="page_begins_anew",
        mistake="forgets what was said where the connection is lost",
        old=AGAIN,
        new=f"log.replaceChildren();\n  {AGAIN}",
        caught_by=(f"{PAGE}the_page_connects_again",),
    ),
    _page(
        name="page_lost_twice",
        mistake="connects again for the error and for the end, which come together where nobody answers",
        old="  socket.onclose = lost;\n",
        new="  socket.onclose = lost;\n  socket.onerror = lost;\n",
        caught_by=(f"{PAGE}the_page_connects_again",),
    ),
    _page(
        name="page_waits_longer_and_longer",
        mistake="makes each pause longer than the one before, whatever comes of it",
        old="pause = Math.min(2 * pause, LONGEST_PAUSE);",
        new="pause = 2 * pause;",
        caught_by=(f"{PAGE}the_page_connects_again",),
    ),
    _page(
        name="page_gives_up_after_some_tries",
        mistake="connects again five times, and then no more",
        old=AGAIN,
        new="if ((window.tries = (window.tries ?? 0) + 1) < 6) " + AGAIN,
        caught_by=(f"{PAGE}the_page_connects_again",),
    ),
    _page(
        name="page_says_nothing_of_the_loss",
        mistake="does not say that the connection is lost",
        old='statusLine.textContent = "Connection lost. Trying again …";',
        new="",
        caught_by=(f"{PAGE}the_page_connects_again",),
    ),
    _page(
        name="page_never_joins_again",
        mistake="connects again, and forgets who is there",
        old="socket.onopen = () => socket.send(`JOIN:${username}`);",
        new="socket.onopen = () => { if (!wasJoined) socket.send(`JOIN:${username}`); };",
        caught_by=(f"{PAGE}the_page_connects_again",),
    ),
    _page(
        name="page_keeps_everything",
        mistake="keeps each line on the page for ever",
        old="const MOST_LINES = 500;",
        new="const MOST_LINES = 1e9;",
        caught_by=(f"{PAGE}ten_thousand_messages",),
    ),
    _page(
        name="page_keeps_the_first_lines",
        mistake="removes the last lines where the first ones are too many",
        old="log.firstElementChild.remove();",
        new="log.lastElementChild.remove();",
        caught_by=(f"{PAGE}ten_thousand_messages",),
    ),
    _page(
        name="page_scrolls_always",
        mistake="goes to the end with each line, wherever one reads",
        old="if (isAtEnd) log.scrollTop",
        new="log.scrollTop",
        caught_by=(f"{PAGE}who_reads_older_lines_is_left_in_peace",),
    ),
    _page(
        name="page_never_scrolls",
        mistake="stays where it is while new lines come below",
        old="if (isAtEnd) log.scrollTop",
        new="if (!log) log.scrollTop",
        caught_by=(f"{PAGE}who_reads_older_lines_is_left_in_peace",),
    ),
    _page(
        name="page_scrolls_to_the_start",
        mistake="goes to the first line where somebody does not read the last one",
        old="if (isAtEnd) log.scrollTop = log.scrollHeight;",
        new="log.scrollTop = isAtEnd ? log.scrollHeight : 0;",
        caught_by=(f"{PAGE}who_reads_older_lines_is_left_in_peace",),
    ),
    _page(
        name="page_refuses_once",
        mistake="says why a name is refused the first time only",
        old="show(`Error: ${argument}`);",
        new="if (joined || !log.textContent.includes('Error: ')) show(`Error: ${argument}`);",
        caught_by=(f"{PAGE}a_refused_name",),
    ),
    _page(
        name="page_refuses_in_silence",
        mistake="does not say why a name is refused",
        old="show(`Error: ${argument}`);",
        new="",
        caught_by=(f"{PAGE}a_refused_name",),
    ),
    _page(
        name="page_without_a_role",
        mistake="tells a screen reader nothing of what is said",
        old='role="log" aria-label="Messages"',
        new='class="messages"',
        caught_by=(f"{PAGE}the_page_can_be_read_out",),
    ),
    _page(
        name="page_without_a_label",
        mistake="gives the text field a placeholder for a label in the wrong place",
        old='<label for="message">Message</label>',
        new='<label for="text">Message</label>',
        caught_by=(f"{PAGE}the_page_can_be_read_out",),
    ),
    _page(
        name="page_with_a_placeholder",
        mistake="says only in a placeholder what a field is for",
        old='<label for="message">Message</label>\n  <input id="message"',
        new='<input id="message" placeholder="Message"',
        caught_by=(f"{PAGE}the_page_can_be_read_out",),
    ),
    _page(
        name="page_without_a_status_on_narrow_screens",
        mistake="hides the status where there is little room",
        old="  #status { color: var(--faint); }\n",
        new="  #status { color: var(--faint); }\n  @media (max-width: 600px) { #status { display: none; } }\n",
        caught_by=(f"{PAGE}a_narrow_screen",),
    ),
    _page(
        name="page_white_on_white_buttons",
        mistake="forgets what stands on a button where it is dark",
        old="--on-accent: #062e6f;",
        new="--on-accent: #ffffff;",
        caught_by=(f"{PAGE}light_and_dark",),
    ),
    _page(
        name="page_as_wide_as_a_word",
        mistake="lets a long word make the page wide",
        old="white-space: pre-wrap; overflow-wrap: anywhere;",
        new="white-space: pre-wrap;",
        caught_by=(f"{PAGE}a_narrow_screen",),
    ),
    _page(
        name="page_dark_on_dark",
        mistake="changes the paper in the dark, and not the ink",
        old=DARK,
        new="--paper: #16191d;",
        caught_by=(f"{PAGE}light_and_dark",),
    ),
    _page(
        name="page_never_dark",
        mistake="knows no dark",
        old="@media (prefers-color-scheme: dark)",
        new="@media print",
        caught_by=(f"{PAGE}light_and_dark",),
    ),
    _page(
        name="page_equal_lines_once",
        mistake="shows only one of two equal lines",
        old="  undrawn.push(",
        new="  if (text === undrawn.at(-1)) return;\n  undrawn.push(",
        caught_by=(f"{PAGE}text_is_never_html",),
    ),
    _page(
        name="page_one_blank",
        mistake="sends one blank where two were typed",
        old="text.slice(1) : text)",
        new='text.slice(1) : text).replaceAll("  ", " ")',
        caught_by=(f"{PAGE}two_tabs_and_a_terminal_talk",),
    ),
]

MUTANTS = [*OF_THE_GATEWAY, *OF_THE_PAGE]
