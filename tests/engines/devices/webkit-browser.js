// A browser of one WebKitGTK view a tab, for gjs: WebKit's own test browser forgets its storage at the end of each
// automated run, and these scenarios kill a browser and look at what is left.
//
//   gjs -m webkit-browser.js --profile=FOLDER [--origin-share=0.001]    started by WebKitWebDriver
import Gtk from "gi://Gtk?version=3.0";
import GLib from "gi://GLib";
import WebKit from "gi://WebKit2?version=4.1";

const argument = (name) => ARGV.find((text) => text.startsWith(`--${name}=`))?.slice(name.length + 3);
const profile = argument("profile");
const share = argument("origin-share");

Gtk.init(null);
const context = new WebKit.WebContext({
  website_data_manager: new WebKit.WebsiteDataManager({
    base_data_directory: `${profile}/data`,
    base_cache_directory: `${profile}/cache`,
    // How much of the disk an origin may fill.
    ...(share ? { origin_storage_ratio: Number(share) } : {}),
  }),
});
context.set_automation_allowed(true);
context.connect("automation-started", (_context, session) => {
  const info = new WebKit.ApplicationInfo();
  info.set_name("hubstash-webkit");
  info.set_version(WebKit.get_major_version(), WebKit.get_minor_version(), WebKit.get_micro_version());
  session.set_application_info(info);
  session.connect("create-web-view", () => {
    const view = new WebKit.WebView({ web_context: context, is_controlled_by_automation: true });
    const window = new Gtk.Window({ default_width: 1000, default_height: 800 });
    window.add(view);
    window.show_all();
    view.connect("close", () => window.destroy());
    return view;
  });
});
GLib.MainLoop.new(null, false).run();
