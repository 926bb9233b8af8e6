/** The page's style sheet: light and dark, and one column on a phone. */
export const STYLE = `
:root { color-scheme: light dark; --ground: #ffffff; --text: #1a1d21; --quiet: #5a6270; --line: #d5dae1; --row: #f5f7f9;
  --good: #1e7a34; --bad: #b3261e; --notice: #8a5a00; --open: #1558b0;
  --step: #9aa5b4; --wait: #c9d3e0; --freeze: #6f8fd8; --frozen: #d3e0ff; --stop: #d9822b; --down: #f8c9c4; --backup: #2f8f5b;
  --start: #b58900; --thaw: #5aa9c9; --empty: #d32f2f; --failed: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ground: #15181c; --text: #e6e9ed; --quiet: #a3adba; --line: #39414b; --row: #1d2126;
  --good: #69c97f; --bad: #ff8a80; --notice: #e8b34a; --open: #82b1ff;
  --step: #66717f; --wait: #3b4552; --freeze: #7f9fe8; --frozen: #2b3a5c; --stop: #e0984f; --down: #5c2b28; --backup: #4fb37c;
  --start: #d3a928; --thaw: #6dbbd9; --empty: #ff5c52; --failed: #ff8a80; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1400px; padding: 16px; background: var(--ground); color: var(--text);
  font: 15px/1.45 system-ui, sans-serif; }
h1 { font-size: 1.35rem; margin: 0 0 8px; overflow-wrap: anywhere; } h1 small { color: var(--quiet); font-weight: normal; }
h2 { font-size: 1.05rem; margin: 24px 0 8px; }
.outcome { border: 2px solid; border-radius: 4px; padding: 0 6px; }
.good { color: var(--good); } .bad { color: var(--bad); } .notice { color: var(--notice); } .open { color: var(--open); }
.cause { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--row); border-left: 4px solid var(--bad); padding: 8px; margin: 8px 0; font: inherit; }
dl { margin: 0; } dl > div { display: flex; gap: 12px; padding: 1px 0; } dt { flex: 0 0 11em; color: var(--quiet); }
dd { margin: 0; min-width: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.tools input { font: inherit; padding: 3px 6px; max-width: 60%; color: inherit; background: var(--row); border: 1px solid var(--quiet); border-radius: 4px; }
#legend { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 14px; padding: 0; margin: 8px 0; color: var(--quiet); font-size: .85rem; }
#legend i { display: inline-block; width: 12px; height: 12px; border-radius: 2px; margin-right: 5px; vertical-align: -1px; }
#axis { position: relative; height: 18px; margin-left: 260px; color: var(--quiet); font-size: .75rem; }
#axis span { position: absolute; white-space: nowrap; border-left: 1px solid var(--line); padding-left: 3px; }
#lanes { position: relative; max-height: 60vh; overflow-y: auto; border: 1px solid var(--line); border-radius: 4px; }
#lanes:focus-visible, .wide:focus-visible, input:focus-visible, a:focus-visible { outline: 2px solid var(--open); outline-offset: 2px; }
.lane { position: absolute; left: 0; right: 0; height: 30px; display: flex; align-items: center; border-bottom: 1px solid var(--line); cursor: pointer; }
.lane.chosen { background: var(--row); box-shadow: inset 4px 0 0 var(--open); }
.lane .name { flex: 0 0 260px; padding: 0 8px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.lane .track { position: relative; flex: 1; height: 100%; overflow: hidden; }
.bar { position: absolute; top: 8px; height: 14px; min-width: 2px; border-radius: 2px; }
.bar.frozen, .bar.down { top: 2px; height: 26px; } .bar.empty { top: 3px; height: 24px; }
.mark { position: absolute; top: 9px; width: 10px; height: 10px; margin-left: -5px; border-radius: 50%; border: 2px solid var(--ground); background: currentColor; }
.step { background: var(--step); } .wait { background: var(--wait); } .freeze { background: var(--freeze); } .frozen { background: var(--frozen); }
.stop { background: var(--stop); } .down { background: var(--down); } .backup { background: var(--backup); } .start { background: var(--start); }
.thaw { background: var(--thaw); } .empty { background: var(--empty); } .failed { background: var(--failed); }
#detail { min-height: 2.9em; padding: 8px 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.wide { overflow-x: auto; } table { border-collapse: collapse; margin-top: 8px; font-size: .9rem; }
th, td { border-bottom: 1px solid var(--line); padding: 3px 10px 3px 0; text-align: left; vertical-align: top; white-space: pre; }
a { color: var(--open); }
@media (max-width: 640px) { #axis { margin-left: 0; } .lane { height: 52px; flex-direction: column; align-items: stretch; }
  .lane .name { flex: 0 0 22px; font-size: .85rem; } dl > div { display: block; margin-bottom: 6px; } }
`;
