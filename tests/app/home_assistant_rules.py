"""home_assistant_rules.py - what Home Assistant's documentation demands of a device's discovery message (2024.11 and later).

The `homeassistant` package with this feature needs a newer Python than the oldest system that Thimble is built on, so the
rules of the MQTT integration's pages are written down here: which members each platform knows, which it needs, and of what
kind they are. A member that is not listed is refused by Home Assistant, and here.

SPDX-License-Identifier: Apache-2.0
"""

# Members that every component may have, by their short names.
COMMON = {"p", "name", "uniq_id", "ic", "ent_cat"}
# platform: (needed, allowed besides)
PLATFORMS = {
    "sensor": ({"stat_t"}, {"val_tpl", "dev_cla", "unit_of_meas", "stat_cla", "ops"}),
    "image": ({"img_t"}, {"cont_type"}),
    "number": ({"cmd_t"}, {"stat_t", "val_tpl", "min", "max", "step", "unit_of_meas", "dev_cla", "mode"}),
    "select": ({"cmd_t", "ops"}, {"stat_t", "val_tpl", "cmd_tpl"}),
    "update": (set(), {"stat_t", "val_tpl", "cmd_t", "pl_inst", "dev_cla"}),
    "button": ({"cmd_t"}, {"pl_prs", "dev_cla"}),
}
DEVICE_CLASSES = {
    "sensor": {"enum", "duration", "signal_strength", "data_size"},
    "update": {"firmware"},
    "button": {"restart", "identify", "update"},
    "number": set(),
}
UNITS = {"duration": {"d", "h", "min", "s", "ms"}, "signal_strength": {"dB", "dBm"}, "data_size": {"B", "kB", "MB"}}
STATE_CLASSES = {"measurement", "total", "total_increasing"}
CATEGORIES = {"config", "diagnostic"}
UPDATE_MEMBERS = {
    "installed_version", "latest_version", "title", "release_summary", "release_url", "entity_picture",
    "in_progress", "update_percentage", "display_precision",
}  # fmt: skip


def demand(holds, why):
    if not holds:
        raise AssertionError(why)


def is_topic(text):
    return isinstance(text, str) and 0 < len(text) < 65536 and not any(sign in text for sign in "+#\0")


def check_component(key, component):
    platform = component.get("p")
    demand(platform in PLATFORMS, f"{key}: platform {platform}")
    needed, allowed = PLATFORMS[platform]
    members = set(component)
    demand(needed <= members, f"{key} lacks {needed - members}")
    demand(members <= needed | allowed | COMMON, f"{key} has {members - needed - allowed - COMMON}")
    demand(isinstance(component["uniq_id"], str) and component["uniq_id"], f"{key}: uniq_id")
    for name in ("stat_t", "cmd_t", "img_t"):
        demand(name not in component or is_topic(component[name]), f"{key}: {name}")
    device_class = component.get("dev_cla")
    demand(device_class is None or device_class in DEVICE_CLASSES[platform], f"{key}: {device_class}")
    demand(component.get("ent_cat") in CATEGORIES | {None}, f"{key}: ent_cat")
    demand(component.get("stat_cla") in STATE_CLASSES | {None}, f"{key}: stat_cla")
    if platform == "sensor":
        # A sensor is nothing that one configures, and of an enum there are no statistics.
        demand(component.get("ent_cat") != "config", f"{key}: a sensor cannot be config")
        demand(("ops" in component) == (device_class == "enum"), f"{key}: options and enum belong together")
        demand(device_class != "enum" or not members & {"stat_cla", "unit_of_meas"}, f"{key}: enum with unit")
        demand(device_class not in UNITS or component.get("unit_of_meas") in UNITS[device_class], f"{key}: unit")
    if "ops" in component:
        demand(len(set(component["ops"])) == len(component["ops"]) > 0, f"{key}: options repeat")
        demand(all(isinstance(option, str) for option in component["ops"]), f"{key}: options are texts")
    if platform == "number":
        demand(component["min"] < component["max"] and component["step"] >= 0.001, f"{key}: limits")


def check(message):
    """A discovery message as JSON."""
    demand(set(message) <= {"dev", "o", "cmps", "avty_t", "stat_t", "qos"}, f"members {set(message)}")
    demand(message["o"].get("name") and set(message["o"]) <= {"name", "sw", "url"}, "origin")
    device = message["dev"]
    demand(device.get("ids") and set(device) <= {"ids", "name", "mf", "mdl", "sw", "hw", "cu", "sn", "cns"}, "device")
    demand(is_topic(message["avty_t"]), "availability")
    components = message["cmps"]
    demand({"label", "confidence", "capture", "threshold", "model", "update", "snapshot", "reboot"} <= set(components), "set")
    for key, component in components.items():
        check_component(key, component)
    ids = [component["uniq_id"] for component in components.values()]
    demand(len(set(ids)) == len(ids), "uniq_id repeats")


TYPES = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "object": dict, "array": list}


def check_object(value, schema, where):
    """As much of JSON Schema as docs/fleet.schema.json uses: type, required, properties, enum, limits, items."""
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    good = not kinds or any(kind == "null" and value is None or kind in TYPES and isinstance(value, TYPES[kind]) for kind in kinds)
    demand(good and not (isinstance(value, bool) and "boolean" not in kinds and kinds), f"{where}: {value!r} is no {kinds}")
    demand("enum" not in schema or value in schema["enum"], f"{where}: {value!r}")
    demand("minimum" not in schema or value is None or value >= schema["minimum"], f"{where}: {value!r} is too small")
    demand("maximum" not in schema or value is None or value <= schema["maximum"], f"{where}: {value!r} is too large")
    if isinstance(value, dict):
        demand(set(schema.get("required", [])) <= set(value), f"{where} lacks {set(schema.get('required', [])) - set(value)}")
        demand(set(value) <= set(schema.get("properties", {})), f"{where} has {set(value) - set(schema.get('properties', {}))}")
        for name, member in value.items():
            check_object(member, schema["properties"][name], f"{where}.{name}")
    if isinstance(value, list):
        for item in value:
            check_object(item, schema.get("items", {}), f"{where}[]")
