"""What a new plugin begins with: one component of each kind, ready to run.

`PluginName`, `plugin-name` and `plugin_name` stand for the names of the plugin to be.
"""
