"""The shop's long documents: read from the project's folder, cut into sections, shown as pages."""
