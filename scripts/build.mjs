// placeholder until the first bundle lands
