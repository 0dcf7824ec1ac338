import { render } from 'preact';
import { App } from './app.tsx';
import { applyTheme } from './theme-switch.tsx';

applyTheme();
const page = document.querySelector('#page');
if (page) render(<App />, page);
